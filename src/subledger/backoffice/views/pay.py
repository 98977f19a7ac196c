"""Pages for customers, opened by signed links and without a login: pay an invoice, authenticate, register a card.

A link says what it opens and for which company; nothing else can be reached from it. The pages work without scripts, on
a phone first. Money and cards are entered on the gateway's own pages alone.
"""

from __future__ import annotations

import logging
from typing import Any

from babel.numbers import format_currency
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from subledger.accounts.queries import account_by_id
from subledger.backoffice.access import today
from subledger.backoffice.gateway_words import error_words
from subledger.backoffice.refusals import words_of
from subledger.backoffice.rendering import PageView, render
from subledger.companies.models import Company
from subledger.gateways import errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import HostedPage
from subledger.gateways.queries import instruments_of, provider_by_id, request_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.services import links, reconciling
from subledger.gateways.services.instruments import begin_registration
from subledger.gateways.services.public import LinkKind, check_link, is_used, link_caller, read_link
from subledger.gateways.states import RequestState
from subledger.kernel.errors import DomainError
from subledger.kernel.ids import decode, encode
from subledger.kernel.money import to_decimal
from subledger.platform.addresses import public_url
from subledger.platform.callers import calling
from subledger.platform.links import Link
from subledger.platform.scope import company_scope
from subledger.transactions.models import TransactionItem
from subledger.transactions.states import TransactionState

from .gateways import passing_page

logger = logging.getLogger(__name__)

# Which of the gateway's pages a customer was sent to, for when they come back from registering a card.
PAGE_COOKIE = "subledger_page"
PAGE_COOKIE_SECONDS = 24 * 60 * 60

THANKS, WAITING, SORRY = "thanks", "waiting", "sorry"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address of a page is its key
    "X-Robots-Tag": "noindex, nofollow",
}


# Refusals whose own words a customer can do something with. Of all others they hear that it does not work now; what it
# was is the company's business, and stands in its log.
IN_THEIR_WORDS = (
    errors.LinkUsed,
    errors.AlreadyPaid,
    errors.NobodyCollects,
    errors.RequestOver,
    errors.PaymentUnderWay,
)
NOT_NOW = "This does not work at the moment, and nothing was charged. Please try again later, or ask {}."


def shown_amount(minor: int, currency: str) -> str:
    """An amount as a customer reads it: €120.50."""
    return format_currency(to_decimal(minor, currency), currency.upper(), locale="en")


class CustomerPage(PageView):
    """What the pages of all links share; each kind of link has a class of its own."""

    link: Link
    company: Company

    def prepare(self) -> None:
        """Read what the link is about. NotFound."""

    def come_back(self) -> None:
        """Take in what the gateway's page led to; whoever does not come back is told of by the gateway itself."""

    def begin(self) -> HostedPage | None:
        """The gateway's page that a click leads to; None when there is nothing left to do there."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the page says: ``title``, ``standing``, ``text``, ``button``, and the rest of its template."""
        raise NotImplementedError

    template_name = "pay/page.html"
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
        response = passing_page(request, page.url, title="One moment", company=self.company.name)
        self.keep(response, page)
        return response

    def keep(self, response: HttpResponseBase, page: HostedPage) -> None:
        """Remember what is needed when the customer comes back."""

    def rendered(self, error: DomainError | None = None) -> HttpResponseBase:
        context = {"company": self.company.name, "action": self.address(), "error": None, **self.context()}
        if error and context.get("standing") != WAITING:  # a second click on what is under way: the page says so
            own = isinstance(error, IN_THEIR_WORDS)
            context["error"] = words_of(error) if own else NOT_NOW.format(self.company.name)
        context.setdefault("page_title", context["title"])
        return render(self.request, self.template_name, context, status=error.status if error else 200)

    def address(self, name: str = "pay") -> str:
        return reverse(f"backoffice:{name}", args=[self.kwargs["token"]])

    def absolute(self, name: str) -> str:
        return public_url(self.request, self.address(name))


class PayPage(CustomerPage):
    """What is open of one invoice, and the way to pay it."""

    def prepare(self) -> None:
        self.found = links.payable(self.link.object_ids[0])

    def come_back(self) -> None:
        held = self.found.under_way
        if held and held.reference and kind_named(held.provider.kind).executes:
            links.came_back(provider=held.provider, reference=held.reference)
            self.prepare()

    def begin(self) -> HostedPage:
        return links.begin_payment(
            invoice_id=self.found.invoice.pk, success_url=self.absolute("pay_back"), cancel_url=self.absolute("pay")
        )

    def rendered(self, error: DomainError | None = None) -> HttpResponseBase:
        if error:
            self.prepare()  # it may be paid by now
        return super().rendered(error)

    def context(self) -> dict[str, Any]:
        found = self.found
        invoice, left = found.invoice, found.open_minor
        items = TransactionItem.objects.filter(transaction_id=invoice.pk).select_related("product")
        context: dict[str, Any] = {
            "title": f"Invoice {invoice.number}",
            "amount": shown_amount(left or invoice.amount_minor, invoice.currency),
            "whole": shown_amount(invoice.amount_minor, invoice.currency) if 0 < left < invoice.amount_minor else "",
            "owner": links.owner_name(invoice.account_id),
            "issued_on": invoice.issued_on,
            "due_on": invoice.due_on if left else None,
            "is_late": bool(left and invoice.due_on and invoice.due_on < today()),
            "items": [
                (
                    item.description or (item.product.name if item.product else "Item"),
                    shown_amount(item.sub_total_minor, invoice.currency),
                )
                for item in items.order_by("position")[:30]
            ],
            "is_test": bool(found.provider and found.provider.mode == "test"),
        }
        return context | self._standing(context["amount"])

    def _standing(self, amount: str) -> dict[str, Any]:
        found = self.found
        name = self.company.name
        if found.invoice.state != TransactionState.POSTED:
            return {"standing": SORRY, "lead": "This invoice was withdrawn", "text": "There is nothing to pay."}
        if not found.open_minor:
            return {"standing": THANKS, "lead": "Paid. Thank you!", "text": f"{name} has received your payment."}
        if found.provider is None:
            return {
                "standing": SORRY,
                "lead": "This cannot be paid online at the moment",
                "text": f"Please pay another way, or ask {name}.",
            }
        held = found.under_way
        if held and not _can_be_paid(held):
            return {
                "standing": WAITING,
                "lead": "Your payment is being processed",
                "text": "It takes a moment, and with a bank debit a few days. Please do not pay a second time.",
                "again": True,
            }
        where = kind_named(found.provider.kind).title
        said = {
            "button": f"Pay {amount}",
            "hint": f"You pay on a page of {where}. {name} never sees your card number.",
        }
        if self.is_back:
            lead = {"standing": SORRY, "lead": "The payment was not completed", "text": "Nothing was charged."}
            return {**said, **lead, "button": f"Try again: pay {amount}"}
        return said


def _can_be_paid(held: PaymentRequest) -> bool:
    """Whether the open request over an invoice is a page of the gateway's on which its customer can still pay."""
    return held.state == RequestState.REQUIRES_ACTION and held.transaction_id is None and bool(held.action_url)


class AuthenticatePage(CustomerPage):
    """A payment that waits for its customer's bank."""

    def prepare(self) -> None:
        self.row = request_by_id(self.link.object_ids[0])

    def come_back(self) -> None:
        reconciling.look_up(self.row.provider_id, request_ids=[self.row.pk])
        self.prepare()

    def begin(self) -> HostedPage | None:
        page = links.begin_authentication(request_id=self.row.pk, return_url=self.absolute("pay_back"))
        self.prepare()
        return page

    def context(self) -> dict[str, Any]:
        row, name = self.row, self.company.name
        amount = shown_amount(row.amount_minor, row.currency)
        instrument = getattr(row.preference, "instrument", None)
        return {
            "title": f"Payment to {name}",
            "amount": amount,
            "owner": links.owner_name(row.account_id),
            "way": str(instrument) if instrument else "",
            "is_test": row.mode == "test",
            **self._standing(amount),
        }

    def _standing(self, amount: str) -> dict[str, Any]:
        row, name = self.row, self.company.name
        if row.state == RequestState.POSTED:
            return {"standing": THANKS, "lead": "Confirmed. Thank you!", "text": f"{name} has received your payment."}
        if row.state == RequestState.REJECTED:
            why = error_words(row.error_code, row.error_message)
            return {
                "standing": SORRY,
                "lead": "The payment was not made",
                "text": f"{why.rstrip('.')}. Nothing was charged. Please pay another way, or ask {name}.",
            }
        if row.state != RequestState.REQUIRES_ACTION:
            return {
                "standing": WAITING,
                "lead": "Your payment is being processed",
                "text": "There is nothing more for you to do.",
                "again": True,
            }
        said = {
            "text": f"Your bank wants you to confirm this payment of {amount}.",
            "button": "Go to my bank",
            "hint": f"You confirm on your bank's page, and come back here. {name} never sees your password.",
        }
        if self.is_back:
            said |= {"standing": SORRY, "lead": "Your bank has not confirmed it", "button": "Try again"}
        return said


class RegisterPage(CustomerPage):
    """A card or mandate for an account, entered on the gateway's page."""

    def prepare(self) -> None:
        self.account = account_by_id(self.link.object_ids[0])
        self.provider = links.hosting_provider(self.account.currency)
        self.registered = ""

    def come_back(self) -> None:
        kept = self.request.get_signed_cookie(PAGE_COOKIE, default="", salt=self.kwargs["token"]) or ""
        provider, _, reference = kept.partition(" ")
        if not reference:
            return
        if links.came_back(provider=provider_by_id(decode("gwp", provider)), reference=reference):
            self.registered = str(instruments_of(self.account.pk).order_by("-pk").first() or "")

    def begin(self) -> HostedPage:
        if is_used(self.link):
            raise errors.LinkUsed
        if self.provider is None:
            raise errors.NobodyCollects(self.account.currency)
        return begin_registration(
            provider=self.provider,
            account_id=self.account.pk,
            success_url=self.absolute("pay_back"),
            cancel_url=self.absolute("pay"),
        )

    def keep(self, response: Any, page: HostedPage) -> None:
        assert self.provider is not None
        response.set_signed_cookie(
            PAGE_COOKIE,
            f"{encode('gwp', self.provider.pk)} {page.reference}",
            salt=self.kwargs["token"],
            max_age=PAGE_COOKIE_SECONDS,
            path=self.address(),
            secure=self.request.is_secure(),
            httponly=True,
            samesite="Lax",
        )

    def context(self) -> dict[str, Any]:
        name = self.company.name
        said: dict[str, Any] = {
            "title": "Register a card or bank account",
            "owner": links.owner_name(self.account.pk),
            "is_test": bool(self.provider and self.provider.mode == "test"),
        }
        if self.registered:
            text = f"{self.registered} is registered. {name} can use it for your payments."
            return said | {"standing": THANKS, "lead": "Thank you!", "text": text}
        if is_used(self.link):
            text = f"A card or account was registered with this link. To add another, ask {name} for a new link."
            return said | {"standing": THANKS, "lead": "Registered", "text": text}
        if self.is_back:
            text = "It may take a moment to arrive. If you stopped before the end, you can try again."
            return said | {"standing": WAITING, "lead": "Nothing is registered yet", "text": text, **self._button()}
        if self.provider is None:
            lead = "This is not possible at the moment"
            return said | {"standing": SORRY, "lead": lead, "text": f"Please ask {name}."}
        return said | {"text": f"{name} uses it for your payments. Nothing is charged now.", **self._button()}

    def _button(self) -> dict[str, str]:
        where = kind_named(self.provider.kind).title if self.provider else ""
        hint = f"You enter it on a page of {where}. {self.company.name} never sees your card number."
        return {"button": "Enter my card or account", "hint": hint}


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

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = self._opened(request, kwargs["token"])
        except DomainError as error:
            context = {"page_title": "This link cannot be used", "error": error}
            response = render(request, "pay/refused.html", context, status=error.status)
        for name, value in HEADERS.items():
            response[name] = value
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
        with company_scope(company.pk), timezone.override(company.time_zone), calling(link_caller(link.kind)):
            check_link(link)
            page.prepare()
            return page.post(request) if request.method == "POST" and not self.is_back else page.get(request)


PATHS = [
    path("pay/<str:token>", CustomerLink.as_view(), name="pay"),
    path("pay/<str:token>/back", CustomerLink.as_view(is_back=True), name="pay_back"),
]
