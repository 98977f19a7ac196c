"""Pages for customers, opened by signed links and without a login: pay an invoice, authenticate, register a card.

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
from subledger.gateways import errors
from subledger.gateways.pages.languages import words_for
from subledger.gateways.pages.pay_account import AuthenticatePage, RegisterPage
from subledger.gateways.pages.pay_invoice import PayPage
from subledger.gateways.pages.pay_page import CustomerPage
from subledger.gateways.pages.pay_words import Words
from subledger.gateways.services import links
from subledger.gateways.services.public import LinkKind, check_link, link_caller, read_link
from subledger.kernel.errors import DomainError
from subledger.page_kit.rendering import PageView, render
from subledger.platform.callers import calling
from subledger.platform.scope import company_scope

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address of a page is its key
    "X-Robots-Tag": "noindex, nofollow",
}

KINDS: dict[str, type[CustomerPage]] = {
    LinkKind.PAY: PayPage,
    LinkKind.AUTHENTICATE: AuthenticatePage,
    LinkKind.REGISTER: RegisterPage,
}


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
        made = KINDS.get(link.kind)
        if company is None or made is None:
            raise errors.LinkInvalid("Nothing is behind this link. Ask for a new one.")
        page = made()
        page.setup(request, token=token)
        page.link, page.company, page.is_back = link, company, self.is_back
        page.words = self.words
        with company_scope(company.pk), timezone.override(company.time_zone), calling(link_caller(link.kind)):
            check_link(link)
            page.prepare()
            self.words = page.words = words_for(request, links.language_of(page.account_id()))
            return page.post(request) if request.method == "POST" and not self.is_back else page.get(request)


class CustomerBack(CustomerLink):
    """Where a gateway's page leads back to."""

    is_back = True
