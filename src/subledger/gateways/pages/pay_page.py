"""What the customers' pages of all links share: the words of their language, their frame, what a click leads to."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from subledger.accounts.errors import AccountTerminated
from subledger.companies.models import Company
from subledger.gateways import errors
from subledger.gateways.pages.common import passing_page
from subledger.gateways.pages.pay_words import Words
from subledger.gateways.port import HostedPage
from subledger.kernel.errors import DomainError
from subledger.page_kit.rendering import PageView, render
from subledger.platform.links import SignedLink
from subledger.platform.public_address import public_url

logger = logging.getLogger(__name__)

THANKS, WAITING, SORRY = "thanks", "waiting", "sorry"

# Refusals a customer can do something with. Of all others they hear that it does not work now; what it was is the
# company's business, and stands in its log.
IN_THEIR_WORDS = (
    errors.LinkUsed,
    errors.AlreadyPaid,
    errors.NobodyCollects,
    errors.RequestOver,
    errors.PaymentUnderWay,
)

# What the page itself tells by then: the invoice was withdrawn, or cannot be paid online.
SHOWN_BY_PAGE = (errors.NotPayable, AccountTerminated)


class CustomerPage(PageView):
    """What the pages of all links share; each kind of link has a class of its own."""

    link: SignedLink
    company: Company
    words: Words
    number = ""  # of the invoice, for what is said of it

    def prepare(self) -> None:
        """Read what the link is about. NotFound."""

    def account_id(self) -> int:
        """Of the account that the link is about, once it is prepared."""
        raise NotImplementedError

    def come_back(self) -> None:
        """Take in what the gateway's page led to; whoever does not come back is told of by the gateway itself."""

    def begin(self) -> HostedPage | None:
        """The gateway's page that a click leads to; None when there is nothing left to do there."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the page says: ``title``, ``standing``, ``text``, ``button``, and the rest of its template."""
        raise NotImplementedError

    template_name = "gateways/pay/page.html"
    is_back = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_back:
            try:
                self.come_back()
            except DomainError as error:  # the gateway tells of it by itself, or is asked again
                logger.warning("a customer came back, and nothing could be learned: %s", error)
        return self.rendered()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            page = self.begin()
        except DomainError as error:
            if not isinstance(error, IN_THEIR_WORDS):
                logger.warning("a customer's page could not go on: %s", error)
            return self.rendered(error)
        if page is None:
            return self.rendered()
        response = passing_page(
            request, page.url, title=self.words.one_moment, company=self.company.name, words=self.words
        )
        self.keep(response, page)
        return response

    def keep(self, response: HttpResponseBase, page: HostedPage) -> None:
        """Remember what is needed when the customer comes back."""

    def say(self, phrase: str, **named: str) -> str:
        return phrase.format(company=self.company.name, number=self.number, **named)

    def rendered(self, error: DomainError | None = None) -> HttpResponseBase:
        context = {
            "company": self.company.name,
            "country": self.words.country(self.company.country),
            "contact": self.say(self.words.contact),
            "words": self.words,
            "action": self.address(),
            "error": None,
            **self.context(),
        }
        is_shown = context.get("standing") == WAITING or isinstance(error, SHOWN_BY_PAGE)
        if error and not is_shown:  # a second click on what is under way: the page says so
            own = self.words.refusals.get(error.code) if isinstance(error, IN_THEIR_WORDS) else None
            context["error"] = self.say(own or self.words.not_now)
        context.setdefault("page_title", context["title"])
        return render(self.request, self.template_name, context, status=error.status if error else 200)

    def address(self, name: str = "pay") -> str:
        return reverse(f"backoffice:{name}", args=[self.kwargs["token"]])

    def absolute(self, name: str) -> str:
        return public_url(self.request, self.address(name))
