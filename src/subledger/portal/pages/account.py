"""The page of a link to an account: what is open and the ways to pay it, what was paid, cards, and documents as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from subledger.accounts.models import AccountDefinition
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState, Principle
from subledger.documents.kinds import title_of
from subledger.documents.printouts import Printout
from subledger.documents.services import print_document, show_document
from subledger.gateways import link_errors
from subledger.gateways.customer_pages.frame import SORRY, THANKS, WAITING, CustomerPage
from subledger.gateways.customer_pages.transfers import transfer_of
from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.port import HostedPage
from subledger.gateways.queries import brand_named, instruments_of, way_of
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import is_usable
from subledger.gateways.services import links
from subledger.gateways.services.instruments import begin_registration, make_default, remove_instrument
from subledger.gateways.services.payables import Payable, balance_payable, provider_for
from subledger.gateways.services.public import id_of
from subledger.gateways.states import RequestState
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.money import Money, read_minor
from subledger.kernel.sentences import say
from subledger.page_kit.access import day_of, today
from subledger.portal.errors import DeedUnknown, NothingChosen, StatementTooLong
from subledger.portal.languages import WORDS
from subledger.portal.queries import (
    LISTED,
    MOVEMENTS,
    Owing,
    document_of,
    documents_of,
    instrument_of,
    invoices_named,
    is_too_long,
    last_by_customer,
    open_behind,
    open_invoices_of,
    owing_of,
    payment_of,
    payments_of,
    under_way_on,
)
from subledger.transactions.models import Transaction
from subledger.transactions.printables import kind_of
from subledger.transactions.printouts import STATEMENT_SPAN, printables_of, statement_printable
from subledger.transactions.queries import balance_of

CUSTOMER = "customer"


FIGURES = frozenset("0123456789.,'’- \u00a0\u202f")
EXAMPLE = 12_50  # minor units of an amount that shows how amounts are written


class AccountPage(CustomerPage):
    """All that a customer does with one account."""

    template_name = "portal/account.html"

    def prepare(self) -> None:
        self.account = account_by_id(self.link.object_ids[0])
        self.number = self.account.number
        self.provider = provider_for(self.account)
        self.refused_at = ""  # the field that a refusal is about
        self.newest = ""  # a card that was registered just now
        self.behind: Transaction | None = None  # the document behind which those begin that are listed

    def account_id(self) -> int:
        return int(self.account.pk)

    @property
    def own(self) -> Any:
        """What this page says beside what all customers' pages say."""
        return WORDS[self.words.language]

    # -- what is done here -----------------------------------------------------------------------------------------

    def come_back(self) -> None:
        if self.is_of_card:
            self.newest = self.registered()
            return
        for held in balance_payable(self.account.pk).pages:
            if held.reference and kind_named(held.provider.kind).executes:
                links.came_back(provider=held.provider, reference=held.reference)

    @property
    def is_of_card(self) -> bool:
        """Whether the customer comes back from registering a card, and not from paying."""
        return self.request.GET.get("of") == "card"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        deed, _, named = request.POST.get("do", "").partition(" ")
        if deed == "show":  # another page of what is open, with what is ticked so far
            self.behind = document_of(self.account, named) if named else None
            return self.rendered()
        if deed not in ("default", "remove"):
            return super().post(request)
        try:
            card = instrument_of(self.account, named)
            if deed == "default":
                make_default(chosen_id=card.pk, actor=CUSTOMER)
            else:
                remove_instrument(chosen_id=card.pk, actor=CUSTOMER)
        except DomainError as error:
            return self.rendered(error)
        return redirect(f"{self.address()}#cards")

    def begin(self) -> HostedPage | None:
        deed, form = self.request.POST.get("do", ""), self.request.POST
        ends = {"success_url": self.absolute("pay_back"), "cancel_url": self.absolute("pay")}
        if deed == "all":
            return links.begin_balance(account_id=self.account.pk, **ends)
        if deed == "chosen":
            chosen = invoices_named(self.account, form.getlist("document"))
            if not chosen:
                raise NothingChosen(say("Nothing is ticked. Tick what is to be paid."), param="/document")
            return links.begin_payment(invoice_ids=chosen, amount_minor=self._part(form.get("amount", "")), **ends)
        if deed == "card":
            return self._registration()
        raise DeedUnknown(say("Nothing that this page does was asked for. Open it again."), param="/do")

    def _part(self, text: str) -> int | None:
        """The amount that was typed, as the page writes amounts; None for all. AmountInvalid."""
        if not text.strip():
            return None
        return read_minor(text.strip(), self.account.currency, usual=self.words.typed, param="/amount")

    def _registration(self) -> HostedPage:
        if self.provider is None:
            raise link_errors.NobodyCollects(self.account.currency)
        return begin_registration(
            provider=self.provider,
            account_id=self.account.pk,
            success_url=f"{self.absolute('pay_back')}?of=card",
            cancel_url=self.absolute("pay"),
            link=id_of(self.link),
        )

    def keep(self, response: HttpResponseBase, page: HostedPage) -> None:
        if self.request.POST.get("do") == "card" and self.provider is not None:
            self.keep_registration(response, page, self.provider)

    # -- files -----------------------------------------------------------------------------------------------------

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        if name == "document":
            row = document_of(self.account, request.GET.get("id", ""))
            [printable] = printables_of([row.pk], language=self.words.language)
            return self._printed(print_document(printable, actor=CUSTOMER))
        if name != "statement":
            return super().file(request, name)
        try:
            start, end = (date.fromisoformat(request.GET.get(side, "")) for side in ("from", "to"))
            if is_too_long(self.account.pk, start=start, end=end):
                return self.rendered(
                    StatementTooLong(say("A statement has at most {most:,} movements.", most=MOVEMENTS), param="/from")
                )
            printable = statement_printable(
                self.account, start=start, end=end, today=today(), language=self.words.language
            )
        except (ValueError, DomainError):
            return self.rendered(Invalid(say("These are no days of a statement."), param="/from"))
        return self._printed(show_document(printable).printout)  # of any days, so no copy is kept

    def _printed(self, printed: Printout) -> HttpResponse:
        response = HttpResponse(printed.content, content_type=printed.content_type)
        response["Content-Disposition"] = content_disposition_header(False, printed.name) or "inline"
        return response

    # -- what it says ----------------------------------------------------------------------------------------------

    def said_of(self, error: DomainError) -> str | None:
        own = {
            "nothing_chosen": self.own.nothing_chosen,
            "already_paid": self.own.paid_meanwhile,
            "amount_invalid": self._amount_wrong(),
            "deed_unknown": self.words.refusals["not_found"],
            "statement_too_long": self.own.statement_long.format(most=MOVEMENTS),
        }
        if error.code in own:
            return own[error.code]
        if isinstance(error, Invalid) and error.param == "/from":
            return str(self.own.days_wrong)
        return super().said_of(error)

    def _amount_wrong(self) -> str:
        """Of what was typed and cannot be read: whether it is no number, or none that can be paid."""
        if set(self.request.POST.get("amount", "")) <= FIGURES:
            return str(self.words.refusals["amount_not_payable"])
        return str(self.own.no_amount.format(example=self._money(EXAMPLE)))

    def rendered(self, error: DomainError | None = None) -> HttpResponseBase:
        self.refused_at = getattr(error, "param", "") or ""
        return super().rendered(error)

    def context(self) -> dict[str, Any]:
        account, own = self.account, self.own
        owing = owing_of(account.pk, behind=self.behind)
        if self.behind is not None and not owing:  # paid meanwhile: back to the first
            self.behind, owing = None, owing_of(account.pk)
        whole = balance_payable(account.pk)
        wrong = self.request.POST.get("do") == "chosen"
        is_alone = len(whole.documents) == 1
        transfer = self._transfer(whole, owing[0].row.number if is_alone else account.number)
        before = self._before()
        cards = list(instruments_of(account.pk))
        self.barred = bars_of([one.pk for one in cards])
        others, has_older = documents_of(account.pk, but=[one.row.pk for one in owing], before=before)
        return {
            "title": self.say(own.title),
            "own": own,
            "owner": links.owner_name(account.pk),
            "is_test": bool(self.provider and self.provider.mode == "test"),
            **self._standing(),
            **self._balance(),
            "documents": [self._owing(one, is_only=is_alone) for one in owing],
            **self._other_pages(owing),
            "may_pay": self.provider is not None and bool(whole.amount_minor) and not whole.is_collected,
            "may_choose": any(one.is_choosable for one in owing),
            "everything": own.pay_all.format(amount=self._money(whole.amount_minor)),
            "not_online": self.provider is None and bool(whole.open_minor) and transfer is None,
            "transfer": transfer,
            "not_online_text": self.say(self.words.not_online_how),
            "where": self._where(self.words.pay_where),
            "oldest_first": self.say(own.oldest_first) if self._is_by_age() and len(owing) > 1 else "",
            "part_how": own.part_how.format(currency=account.currency.upper()),
            "pay_chosen": own.pay_part if is_alone else own.pay_chosen,
            "is_alone": is_alone,
            "chosen_is_wrong": wrong and bool(owing),
            "typed": self.request.POST.get("amount", "") if wrong else "",
            "amount_is_wrong": wrong and self.refused_at == "/amount",
            "processing": [self._under_way(row) for row in under_way_on(account.pk)],
            "payments": [self._payment(row, way) for row, way in payments_of(account.pk, language=self.words.language)],
            "others": [self._document(row) for row in others],
            "older": f"{self.address()}?before={others[-1].public_id}#documents" if has_older else "",
            "newest": f"{self.address()}#documents" if before is not None else "",
            "cards": [self._card(one) for one in cards],
            "may_add": self.provider is not None and account.state != AccountState.TERMINATED,
            "add_where": self._where(self.words.enter_where),
            "start": (today() - STATEMENT_SPAN).isoformat(),
            "end": today().isoformat(),
        }

    def _other_pages(self, owing: Sequence[Owing]) -> dict[str, Any]:
        """The way to the open documents that are not on this page, and what of them is ticked."""
        own, here = self.own, {one.row.pk for one in owing}
        left = open_behind(self.account.pk, owing[-1].row) if len(owing) == LISTED else 0
        ticked = open_invoices_of(self.account, self.request.POST.getlist("document"), but=here)
        amount = self._money(sum(row.open_minor for row in ticked))
        return {
            "more": own.more.format(count=left) if left else "",
            "behind": owing[-1].row.public_id if left else "",
            "is_first": self.behind is None,
            "ticked": [row.public_id for row in ticked],
            "ticked_how": own.ticked.format(count=len(ticked), amount=amount) if ticked else "",
        }

    def _before(self) -> Transaction | None:
        """The document behind which those that are asked for begin; None: the latest."""
        asked = self.request.GET.get("before", "")
        return document_of(self.account, asked) if asked else None

    def _money(self, minor: int) -> str:
        return self.words.money(minor, self.account.currency)

    def _transfer(self, whole: Payable, reference: str) -> dict[str, Any] | None:
        """How what is open is paid by bank transfer, as its documents say it; None where it cannot be, or is collected
        already."""
        if whole.is_collected:
            return None
        asked = Money(whole.amount_minor, self.account.currency)
        found = transfer_of(asked, reference=reference, language=self.words.language)
        if found is None:
            return None
        if self.provider is not None:
            return {**found, "title": self.words.or_by_transfer}
        return {**found, "text": self.own.by_transfer.format(amount=self._money(asked.minor))}

    def _where(self, phrase: str) -> str:
        return self.say(phrase, gateway=kind_named(self.provider.kind).title) if self.provider else ""

    def _is_by_age(self) -> bool:
        """Whether the company applies payments oldest first, whatever they are meant for."""
        definition = AccountDefinition.objects.filter(is_active=True).first()
        return definition is not None and definition.allocation_principle == Principle.FIFO

    def _balance(self) -> dict[str, str]:
        own, account = self.own, self.account
        stands = balance_of(account_id=account.pk, currency=account.currency, as_of=today())
        credit = self._money(stands.unallocated if stands.balance > 0 else -stands.balance)
        if stands.balance <= 0:
            return {"nothing": own.nothing, "credit": own.credit_left.format(amount=credit) if stands.balance else ""}
        late = min(stands.outstanding, stands.balance)
        return {
            "amount": self._money(stands.balance),
            "late": own.overdue.format(amount=self._money(late)) if late else "",
            "credit": own.credit_taken.format(amount=credit) if stands.unallocated else "",
        }

    def _standing(self) -> dict[str, Any]:
        """What became of what the customer comes back from."""
        words, own = self.words, self.own
        if not self.is_back:
            return {}
        if self.is_of_card:
            if self.newest:
                return {"standing": THANKS, "lead": words.thanks, "text": own.added.format(way=self.newest)}
            return {"standing": WAITING, "lead": words.not_registered, "text": words.not_registered_how}
        row = last_by_customer(self.account.pk)
        return self._became(row) if row is not None else {}

    def _became(self, row: PaymentRequest) -> dict[str, Any]:
        words = self.words
        if row.state == RequestState.POSTED:
            payment = payment_of(row)
            text = self.say(self.own.received, amount=self._money(row.amount_minor))
            receipt = self._file("document", id=payment.public_id) if payment is not None else ""
            return {"standing": THANKS, "lead": words.paid, "text": text, "receipt_url": receipt}
        if row.state == RequestState.REQUIRES_ACTION:
            return {"standing": SORRY, "lead": words.not_completed, "text": words.nothing_charged}
        if row.state == RequestState.REJECTED:
            why = words.reasons.get(row.error_code, words.declined)
            return {"standing": SORRY, "lead": words.not_made, "text": self.say(words.not_made_how, why=why)}
        return {"standing": WAITING, "lead": words.processing, "text": words.processing_long, "again": True}

    def _name(self, row: Transaction) -> str:
        return f"{title_of(kind_of(row.classification), self.words.language)} {row.number}"

    def _file(self, name: str, **asked: str) -> str:
        return f"{self.address()}/{name}?{'&'.join(f'{key}={value}' for key, value in asked.items())}"

    def _document(self, row: Transaction) -> dict[str, Any]:
        on = row.issued_on or row.posted_on
        return {
            "name": self._name(row),
            "as_pdf": self.own.as_pdf.format(document=self._name(row)),
            "url": self._file("document", id=row.public_id),
            "amount": self._money(row.amount_minor),
            "day": self.words.day(on) if on else "",
        }

    def _owing(self, one: Any, *, is_only: bool) -> dict[str, Any]:
        row, words = one.row, self.words
        is_late = row.due_on is not None and row.due_on < today()
        due = (words.was_due if is_late else words.due).format(day=words.day(row.due_on)) if row.due_on else ""
        whole = words.open_of.format(whole=self._money(row.amount_minor)) if row.open_minor < row.amount_minor else ""
        return {
            **self._document(row),
            "id": row.public_id,
            "amount": self._money(row.open_minor),
            "whole": whole,
            "agreed": [
                self.own.agreed.format(amount=self._money(part.unpaid_minor), day=words.day(part.agreed_on))
                for part in one.agreed
            ],
            "is_disputed": one.is_disputed,
            "due": due,
            "is_late": is_late,
            "is_collected": one.is_collected,
            "is_choosable": one.is_choosable,
            "is_chosen": is_only or row.public_id in self.request.POST.getlist("document"),
        }

    def _under_way(self, row: PaymentRequest) -> dict[str, str]:
        on = self.own.begun.format(day=self.words.day(day_of(row.created_at)))
        way = self.words.way(*way_of(row))
        return {"what": ", ".join(filter(None, (on, way))), "amount": self._money(row.amount_minor)}

    def _payment(self, row: Transaction, way: tuple[str, str]) -> dict[str, Any]:
        on = row.received_on or row.posted_on
        said = ", ".join(filter(None, (self.words.day(on) if on else "", self.words.way(*way))))
        return {**self._document(row), "what": said}

    def _card(self, one: Instrument) -> dict[str, Any]:
        name = self.words.way(brand_named(one.brand or one.kind), one.last4)
        is_good = is_usable(one.exp_year, one.exp_month, year=today().year, month=today().month)
        month = f"{one.exp_month:02}/{one.exp_year}" if one.exp_month and one.exp_year else ""
        until = (self.own.expires if is_good else self.own.expired).format(month=month) if month else ""
        return {
            "id": one.public_id,
            "name": name,
            "until": until,
            "is_good": is_good,
            "declined": self.own.declined if one.pk in self.barred else "",
            "is_default": one.is_default,
        }
