"""What the customers' pages of all links share: the words of their language, their frame, what a click leads to."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.accounts.errors import AccountTerminated
from subledger.companies.models import Company
from subledger.documents.layouts import imprint
from subledger.documents.queries import sender
from subledger.documents.values import Party
from subledger.gateways import errors, link_errors
from subledger.gateways.models import Provider
from subledger.gateways.port import HostedPage
from subledger.gateways.queries import instruments_of, provider_by_id
from subledger.gateways.services import links
from subledger.gateways.services.public import look_again
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import decode, encode
from subledger.kernel.sentences import say
from subledger.page_kit.contact_links import mail_link, phone_link, site_link
from subledger.page_kit.rendering import PageView, render
from subledger.platform.links import SignedLink
from subledger.platform.public_address import public_url

from .exits import passing_page
from .words import Words

logger = logging.getLogger(__name__)

# Which of the gateway's pages a customer was sent to, for when they come back from registering a card.
PAGE_COOKIE = "subledger_page"
PAGE_COOKIE_SECONDS = 24 * 60 * 60

THANKS, WAITING, SORRY = "thanks", "waiting", "sorry"

# Refusals a customer can do something with. Of all others they hear that it does not work now; what it was is the
# company's business, and stands in its log.
IN_THEIR_WORDS = (
    link_errors.LinkUsed,
    link_errors.AlreadyPaid,
    link_errors.NobodyCollects,
    link_errors.NothingOwed,
    link_errors.AmountNotPayable,
    errors.RequestOver,
    errors.PaymentUnderWay,
    errors.InstrumentUnusable,
    NotFound,
)

# What the page itself tells by then: the invoice was withdrawn, or cannot be paid online.
SHOWN_BY_PAGE = (link_errors.NotPayable, AccountTerminated)


def reached(company: Party, language: str) -> list[SafeString]:
    """The imprint: a phone calls its number, and what is written to or looked at is a link."""
    ways = (
        (company.phone, phone_link(company.phone)),
        (company.email, mail_link(company.email)),
        (company.website, site_link(company.website)),
    )

    def shown(line: str) -> SafeString | str:
        for text, link in ways:
            if text and line.endswith(f" {text}"):
                return format_html("{}{}", line.removesuffix(text), link)
        return line

    parts = imprint(company, None, language)
    return [format_html_join(", ", "{}", ((shown(line),) for line in lines)) for lines in parts]


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
        try:
            look_again(self.link)
        except (link_errors.PageStaysOpen, link_errors.RegistrationStaysOpen) as error:
            logger.warning("a link was revoked while its customer began: %s", error)
            raise link_errors.LinkRevoked from error
        response = passing_page(
            request, page.url, title=self.words.one_moment, company=self.company.name, words=self.words
        )
        self.keep(response, page)
        return response

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """A file that belongs to the page. NotFound: it has none of that name, and none for whoever has the link."""
        raise NotFound(say("file"), name)

    def keep(self, response: HttpResponseBase, page: HostedPage) -> None:
        """Remember what is needed when the customer comes back."""

    def keep_registration(self, response: HttpResponseBase, page: HostedPage, provider: Provider) -> None:
        """Remember on which page of which provider a card is being registered."""
        response.set_signed_cookie(
            PAGE_COOKIE,
            f"{encode(Provider.PREFIX, provider.pk)} {page.reference}",
            salt=self.kwargs["token"],
            max_age=PAGE_COOKIE_SECONDS,
            path=self.address(),
            secure=self.request.is_secure(),
            httponly=True,
            samesite="Lax",
        )

    def registered(self) -> str:
        """What the customer who comes back has registered, as its gateway tells; "" for nothing."""
        kept = self.request.get_signed_cookie(PAGE_COOKIE, default="", salt=self.kwargs["token"]) or ""
        provider, _, reference = kept.partition(" ")
        if not reference:
            return ""
        if not links.came_back(provider=provider_by_id(decode(Provider.PREFIX, provider)), reference=reference):
            return ""
        return str(instruments_of(self.account_id()).order_by("-pk").first() or "")

    def say(self, phrase: str, **named: str) -> str:
        return phrase.format(company=self.company.name, number=self.number, **named)

    def rendered(self, error: DomainError | None = None) -> HttpResponseBase:
        context = {
            "company": self.company.name,
            "imprint": reached(sender().party, self.words.language),
            "contact": self.say(self.words.contact),
            "words": self.words,
            "action": self.address(),
            "error": None,
            **self.context(),
        }
        is_shown = context.get("standing") == WAITING or isinstance(error, SHOWN_BY_PAGE)
        if error and not is_shown:  # a second click on what is under way: the page says so
            context["error"] = self.say(self.said_of(error) or self.words.not_now)
        context.setdefault("page_title", context["title"])
        return render(self.request, self.template_name, context, status=error.status if error else 200)

    def said_of(self, error: DomainError) -> str | None:
        """Why a click led nowhere, in the customer's words; None for what is the company's business."""
        return self.words.refusals.get(error.code) if isinstance(error, IN_THEIR_WORDS) else None

    def address(self, name: str = "pay") -> str:
        return reverse(f"backoffice:{name}", args=[self.kwargs["token"]])

    def absolute(self, name: str) -> str:
        return public_url(self.request, self.address(name))
