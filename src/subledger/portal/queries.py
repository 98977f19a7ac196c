"""What the customer's page shows of one account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from subledger.accounts.models import Account
from subledger.gateways.claims import held_by, holding, is_page
from subledger.gateways.models import Charge, Instrument, PaymentRequest
from subledger.gateways.queries import instruments_of, requests, ways_of
from subledger.gateways.states import OPEN, RequestType
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import decode
from subledger.kernel.sentences import say
from subledger.promises.queries import disputes, instalments_of, promises
from subledger.promises.rules.instalments import InstalmentStanding, parts_of
from subledger.promises.states import DisputeState, PromiseState
from subledger.transactions.models import Transaction
from subledger.transactions.queries import with_open
from subledger.transactions.states import Classification, TransactionState

LISTED = 50  # open documents that a page lists; the others are on the next ones
RECENT = 10
LONGEST = 731  # days of a statement that a customer makes
MOVEMENTS = 2_000  # of it
OTHERS = (Classification.INVOICE, Classification.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Owing:
    """A debit that is open: ``is_collected`` while something else than its customer's own page collects it.

    ``agreed`` are the instalments of its promise that are unpaid, in the order of their days; ``is_disputed`` while
    somebody looks into what its customer objected to."""

    row: Any
    is_collected: bool
    agreed: Sequence[InstalmentStanding] = ()
    is_disputed: bool = False

    @property
    def is_choosable(self) -> bool:
        return self.row.classification == Classification.INVOICE and not self.is_collected


def owing_of(account_id: int, *, behind: Transaction | None = None) -> list[Owing]:
    """The open debits of an account, next due first: those of the first page, or of the one behind a document."""
    rows = with_open(Transaction.objects.filter(account_id=account_id, open_item__is_debit=True))
    if behind is not None:
        on = behind.due_on if behind.due_on is not None else behind.posted_on
        rows = rows.filter(Q(open_item__order_on__gt=on) | Q(open_item__order_on=on, pk__gt=behind.pk))
    listed = list(rows.order_by("open_item__order_on", "pk")[:LISTED])
    others = [one.pk for one in holding([row.pk for row in listed]) if not is_page(one)]
    taken, idents = held_by(others), [row.pk for row in listed]
    open_promises = promises().filter(document_id__in=idents, state=PromiseState.OPEN)
    made: dict[int, int] = dict(open_promises.values_list("document_id", "pk"))
    instalments = instalments_of(made.values())
    looked_into = set(disputes().filter(document_id__in=idents, state=DisputeState.OPEN).values_list("document_id"))
    found = []
    for row in listed:
        parts = parts_of(instalments[made[row.pk]], row.open_minor) if row.pk in made else []
        agreed = [part for part in parts if part.unpaid_minor]
        found.append(Owing(row, row.pk in taken, agreed, (row.pk,) in looked_into))
    return found


def open_behind(account_id: int, last: Transaction) -> int:
    """How many debits of an account are open behind one of them."""
    on = last.due_on if last.due_on is not None else last.posted_on
    rows = Transaction.objects.filter(account_id=account_id, open_item__is_debit=True)
    behind = Q(open_item__order_on__gt=on) | Q(open_item__order_on=on, pk__gt=last.pk)
    return int(rows.filter(behind).count())


def open_invoices_of(account: Account, public_ids: Sequence[str], *, but: Collection[int]) -> list[Any]:
    """Those invoices of the account that are open still, as a form names them, without these; of what it names wrongly,
    nothing."""
    idents = []
    for one in dict.fromkeys(public_ids):
        try:
            idents.append(decode(Transaction.PREFIX, one))
        except ValueError:
            continue
    invoices = Transaction.objects.filter(
        account=account, pk__in=idents, classification=Classification.INVOICE, open_item__is_debit=True
    )
    rows = with_open(invoices.exclude(pk__in=but))
    return list(rows.order_by("open_item__order_on", "pk"))


def under_way_on(account_id: int) -> list[PaymentRequest]:
    """Charges of an account that wait for their end, less the pages that its customer has open; newest first."""
    rows = requests().filter(account=account_id, type=RequestType.PAYMENT, state__in=sorted(OPEN))
    return [row for row in rows[: RECENT * 2] if not is_page(row)][:RECENT]


def last_by_customer(account_id: int) -> PaymentRequest | None:
    """What the customer of an account has asked for last on a page of a gateway's."""
    found: PaymentRequest | None = requests().filter(account=account_id, created_by="customer").first()
    return found


def payment_of(row: PaymentRequest) -> Transaction | None:
    """The payment that a request came to."""
    charge = Charge.objects.filter(request=row).first()
    return Transaction.objects.filter(pk=charge.payment_id).first() if charge is not None else None


def payments_of(account_id: int, *, language: str) -> list[tuple[Transaction, tuple[str, str]]]:
    """The latest payments that stand on an account, each with what it was paid with, as the page's
    ``language`` has it."""
    rows = list(
        Transaction.objects.filter(
            account_id=account_id, classification=Classification.PAYMENT, state=TransactionState.POSTED
        )
        .select_related("payment_method")
        .order_by("-posted_on", "-pk")[:RECENT]
    )
    ways = ways_of(rows, language=language)
    return [(row, ways[row.pk]) for row in rows]


def documents_of(
    account_id: int, *, but: Collection[int], before: Transaction | None = None
) -> tuple[Sequence[Transaction], bool]:
    """The latest invoices and credit notes of an account that are not among these, from behind ``before`` on; and
    whether there are older ones."""
    rows = Transaction.objects.filter(account_id=account_id, classification__in=OTHERS).exclude(posted_on=None)
    if before is not None:
        rows = rows.filter(Q(posted_on__lt=before.posted_on) | Q(posted_on=before.posted_on, pk__lt=before.pk))
    found = list(rows.exclude(pk__in=but).order_by("-posted_on", "-pk")[: RECENT + 1])
    return found[:RECENT], len(found) > RECENT


def is_too_long(account_id: int, *, start: date, end: date) -> bool:
    """Whether a statement would have more days, or more movements, than a customer's own has."""
    if (end - start).days > LONGEST:
        return True
    rows = Transaction.objects.filter(account_id=account_id, posted_on__gte=start, posted_on__lte=end)
    return bool(rows.order_by()[MOVEMENTS : MOVEMENTS + 1].exists())


def document_of(account: Account, public_id: str) -> Transaction:
    """One posted transaction of the account. NotFound: of another account, too."""
    try:
        ident = decode(Transaction.PREFIX, public_id)
    except ValueError:
        ident = 0
    found = Transaction.objects.filter(pk=ident, account=account).exclude(posted_on=None).first()
    if found is None:
        raise NotFound(Transaction, ident)
    return found


def invoices_named(account: Account, public_ids: Sequence[str]) -> list[int]:
    """The ids of invoices of the account, as a form names them. NotFound: one is none of them."""
    found = [document_of(account, one) for one in dict.fromkeys(public_ids)]
    for row in found:
        if row.classification != Classification.INVOICE:
            raise NotFound(Transaction, row.pk)
    return [row.pk for row in found]


def instrument_of(account: Account, public_id: str) -> Instrument:
    """A card or mandate of the account that is in use. NotFound."""
    for one in instruments_of(account.pk):
        if one.public_id == public_id:
            found: Instrument = one
            return found
    raise NotFound(say("payment preference"), public_id)
