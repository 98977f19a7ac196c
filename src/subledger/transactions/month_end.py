"""What a month's end asks of transactions: drafts, suspense, unapplied credit, and that ageing and ledger agree."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet, Sum

from subledger.accounts.models import Account
from subledger.accounts.states import SystemRole
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.journal.queries import ledger_balances
from subledger.kernel.money import Money
from subledger.kernel.words import counted

from .models import OpenItem, Transaction, TransactionDefinition
from .queries import balance_of
from .reports.receivables import AGED_COLUMNS, aged_receivables
from .states import TransactionState


def _counted(rows: QuerySet, noun: str, *, minor: str, currency: str) -> Looked:
    """How many there are, and what they come to in each currency."""
    sums = rows.order_by().values(currency).annotate(of_all=Sum(minor), number=Count("pk")).order_by(currency)
    found = [(int(row["of_all"]), row[currency], row["number"]) for row in sums]
    if not found:
        return Looked("None.", True)
    amounts = ", ".join(str(Money(minor_, currency_)) for minor_, currency_, _ in found)
    return Looked(f"{counted(sum(number for *_, number in found), noun)}: {amounts}.", False)


def _drafts(month: Month) -> Looked:
    dated = Q(issued_on__lte=month.last) | Q(received_on__lte=month.last)
    rows = Transaction.objects.filter(dated, state=TransactionState.DRAFT)
    return _counted(rows, "draft", minor="amount_minor", currency="currency")


def _credits(month: Month, role: SystemRole | None) -> QuerySet:
    credits = OpenItem.objects.filter(is_debit=False, posted_on__lte=month.last)
    return credits.filter(account__system_role=role)


def _suspense(month: Month) -> Looked:
    rows = _credits(month, SystemRole.SUSPENSE)
    return _counted(rows, "item", minor="open_minor", currency="account__currency")


def _unapplied(month: Month) -> Looked:
    return _counted(_credits(month, None), "credit", minor="open_minor", currency="account__currency")


def _tie_out(month: Month) -> Looked:
    """What the receivable and the suspense account say, beside what is open on the accounts behind them."""
    definition = TransactionDefinition.objects.select_related("receivable", "suspense").get()
    table = aged_receivables(as_of=month.last).table(AGED_COLUMNS)
    names = [column.name for column in table.columns]
    aged = {total[names.index("currency")]: total[names.index("total")] for total in table.totals}
    receivable, suspense = definition.receivable, definition.suspense
    in_ledger = ledger_balances(ledger_account_id=receivable.pk, on=month.last)
    lines, off = _compared("aged receivables", aged, str(receivable), in_ledger)
    in_suspense = {
        account.currency: balance_of(account_id=account.pk, currency=account.currency, as_of=month.last).balance
        for account in Account.objects.filter(system_role=SystemRole.SUSPENSE)
    }
    if suspense.pk != receivable.pk:
        more, more_off = _compared(
            "suspense", in_suspense, str(suspense), ledger_balances(ledger_account_id=suspense.pk, on=month.last)
        )
        lines, off = [*lines, *more], off + more_off
    if not lines:
        return Looked("Nothing is open, in the ageing as in the ledger.", True)
    if off:
        return Looked(f"Ageing and ledger differ in {counted(off, 'place')}: run the check.", False, lines)
    return Looked("Ageing and ledger agree to the cent.", True, lines)


def _compared(what: str, parts: Mapping[str, int], ledger: str, in_ledger: Mapping[str, int]) -> tuple[list[str], int]:
    """A line for each currency, and in how many of them the two differ."""
    lines, off = [], 0
    for currency in sorted({*parts, *in_ledger}):
        part, whole = parts.get(currency, 0), in_ledger.get(currency, 0)
        if part or whole:
            off += part != whole
            lines.append(
                f"{currency.upper()}: {what} {Money(part, currency).to_decimal()}, {ledger} "
                f"{Money(whole, currency).to_decimal()}, difference {Money(part - whole, currency).to_decimal()}"
            )
    return lines, off


ITEMS = (
    MonthEndItem(
        name="drafts",
        title="Drafts",
        about="Dated in the month or before it. Post them on a day of the month, or reject them.",
        position=10,
        look=_drafts,
    ),
    MonthEndItem(
        name="suspense",
        title="Suspense",
        about="Payments that nobody was found for. Move them to the account they belong to.",
        position=20,
        look=_suspense,
    ),
    MonthEndItem(
        name="unapplied-credit",
        title="Unapplied credit",
        about="Payments and credit notes that are not applied to an invoice yet.",
        position=30,
        look=_unapplied,
    ),
    MonthEndItem(
        name="tie-out",
        title="Ageing and ledger",
        about="The aged receivables of the month's last day equal the receivable account of the ledger.",
        position=70,
        look=_tie_out,
        is_slow=True,
    ),
)
