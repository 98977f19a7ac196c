"""Pages for customers, opened by signed links and without a login: pay an invoice, authenticate, register a card, and
what higher rooms open by a kind of link.

A link says what it opens and for which company; nothing else can be reached from it. The pages work without scripts, on
a phone first, in the language that the browser asks for. Money and cards are entered on the gateway's own pages alone.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from subledger.companies.models import Company
from subledger.gateways import link_errors
from subledger.gateways.customer_pages.frame import CustomerPage
from subledger.gateways.customer_pages.languages import words_for
from subledger.gateways.customer_pages.words import Words
from subledger.gateways.pages.pay_account import AuthenticatePage, RegisterPage
from subledger.gateways.pages.pay_invoice import PayPage
from subledger.gateways.services import links
from subledger.gateways.services.public import LinkKind, check_link, link_caller, read_link
from subledger.kernel.errors import DomainError
from subledger.page_kit.faces import Part, contributions
from subledger.page_kit.rendering import PageView, render
from subledger.platform.callers import calling
from subledger.platform.scope import company_scope

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address of a page is its key
    "X-Robots-Tag": "noindex, nofollow",
}

KINDS = (
    Part("customer_link", LinkKind.PAY, 10, lambda request, link: [PayPage]),
    Part("customer_link", LinkKind.AUTHENTICATE, 10, lambda request, link: [AuthenticatePage]),
    Part("customer_link", LinkKind.REGISTER, 10, lambda request, link: [RegisterPage]),
)


# The address is the key: who does not have it cannot send a form to it, so a token against forgery adds nothing but
# the need for cookies.
@method_decorator([csrf_exempt, require_http_methods(["GET", "HEAD", "POST"])], name="dispatch")
class CustomerLink(PageView):
    """Opens a signed link: its page, in the scope of its company. A link that is no good gets a page that says so."""

    is_back = False
    words: Words

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.words = words_for(request)
        try:
            response = self._opened(request, kwargs["token"])
        except DomainError as error:
            words = self.words
            said = words.refusals.get(error.code, words.refusals["link_invalid"])
            context = {"page_title": words.bad_link, "error": said, "words": words}
            response = render(request, "gateways/pay/refused.html", context, status=error.status)
        for name, value in HEADERS.items():
            response[name] = value
        response["Content-Language"] = self.words.language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def _opened(self, request: HttpRequest, token: str) -> HttpResponseBase:
        link = read_link(token)
        company = Company.objects.filter(pk=link.company_id).first()
        made: list[type[CustomerPage]] = contributions("customer_link", link.kind, request, link)
        if company is None or not made:
            raise link_errors.LinkInvalid("Nothing is behind this link. Ask for a new one.")
        page = made[0]()
        page.setup(request, token=token)
        page.link, page.company, page.is_back = link, company, self.is_back
        page.words = self.words
        with company_scope(company.pk), timezone.override(company.time_zone), calling(link_caller(link.kind)):
            check_link(link)
            page.prepare()
            self.words = page.words = words_for(request, links.language_of(page.account_id()))
            return self.answer(page)

    def answer(self, page: CustomerPage) -> HttpResponseBase:
        return page.post(self.request) if self.request.method == "POST" else page.get(self.request)


class CustomerBack(CustomerLink):
    """Where a gateway's page leads back to."""

    is_back = True

    def answer(self, page: CustomerPage) -> HttpResponseBase:
        return page.get(self.request)


class CustomerFile(CustomerLink):
    """A file that belongs to the page of a link, by the page's own name for it."""

    def answer(self, page: CustomerPage) -> HttpResponseBase:
        return page.file(self.request, self.kwargs["file"])
