"""What a month's end asks of transactions: drafts, suspense, unapplied credit, and that ageing and ledger agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, Sum

from subledger.accounts.models import Account
from subledger.accounts.states import SystemRole
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.journal.queries import ledger_balances
from subledger.kernel.money import Money
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import counted
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id

from .models import Transaction, TransactionDefinition
from .open_items import CREDITS_AS_OF, OPEN_SUMS, open_as_of_sql
from .queries import balance_of
from .reports.receivables import OPEN_COLUMNS, open_items
from .states import TransactionState

CREDITS = """
    SELECT sum(o.open_minor)::bigint AS minor, a.currency, count(DISTINCT o.id) AS number
      FROM ({open}) o JOIN accounts_account a ON a.id = o.account_id
     WHERE a.system_role IS NOT DISTINCT FROM %(role)s
     GROUP BY a.currency ORDER BY a.currency
"""


OF_ROLE = """
    ARRAY(SELECT y.id FROM accounts_account y WHERE y.company_id = %(company)s AND y.system_role = %(role)s)
"""


class OpenSum(NamedTuple):
    """What ``number`` of things come to in a currency."""

    minor: int
    currency: str
    number: int


def _counted(found: Sequence[OpenSum], noun: str) -> Looked:
    """How many there are, and what they come to in each currency."""
    if not found:
        return Looked(say("None."), True)
    amounts = joined(Money(one.minor, one.currency) for one in found)
    things = counted(sum(one.number for one in found), noun)
    return Looked(say("{things}: {amounts}.", things=things, amounts=amounts), False)


def _drafts(month: Month) -> Looked:
    dated = Q(issued_on__lte=month.last) | Q(received_on__lte=month.last)
    rows = Transaction.objects.filter(dated, state=TransactionState.DRAFT).order_by().values("currency")
    sums = rows.annotate(minor=Sum("amount_minor"), number=Count("pk")).order_by("currency")
    return _counted([OpenSum(int(row["minor"]), row["currency"], row["number"]) for row in sums], "draft")


def _credits(month: Month, role: SystemRole | None) -> list[OpenSum]:
    """What of credits was open at the end of the month's last day, whatever was done with them since."""
    facts = {"company": current_company_id(), "as_of": month.last, "role": role, "by_due": True}
    found = CREDITS_AS_OF
    if role is not None:  # a few accounts: each by its own indexes
        of = f"= ANY({OF_ROLE})"
        found = f"SELECT * FROM ({open_as_of_sql(of_accounts=of)}) r WHERE NOT r.is_debit"
    return typed_rows(OpenSum, CREDITS.format(open=found), facts)


def _suspense(month: Month) -> Looked:
    return _counted(_credits(month, SystemRole.SUSPENSE), "item")


def _unapplied(month: Month) -> Looked:
    return _counted(_credits(month, None), "credit")


def aged_sums(*, as_of: date) -> dict[str, int]:
    """What the aged receivables of a day come to in each currency, minor units."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_SUMS, {"company": current_company_id(), "as_of": as_of})
        return dict(cursor.fetchall())


def _open_sums(*, as_of: date) -> dict[str, int]:
    """What the report of open items comes to in each currency, debits less credits, minor units."""
    columns = [column.name for column in OPEN_COLUMNS]
    debit, credit = columns.index("unsettled"), columns.index("unallocated")
    counts = open_items(as_of=as_of).counts()
    return {one.currency: one.total[debit] - one.total[credit] for one in counts}


def _tie_out(month: Month) -> Looked:
    """What the receivable and the suspense account say, beside what reports tell of the accounts behind them."""
    definition = TransactionDefinition.objects.select_related("receivable", "suspense").get()
    aged = aged_sums(as_of=month.last)
    receivable, suspense = definition.receivable, definition.suspense
    in_ledger = ledger_balances(ledger_account_id=receivable.pk, on=month.last)
    lines, off = _compared(say("aged receivables"), aged, str(receivable), in_ledger)
    opened, opened_off = _compared(say("open items"), _open_sums(as_of=month.last), str(receivable), in_ledger)
    lines, off = [*lines, *opened], off + opened_off
    in_suspense = {
        account.currency: balance_of(account_id=account.pk, currency=account.currency, as_of=month.last).balance
        for account in Account.objects.filter(system_role=SystemRole.SUSPENSE)
    }
    if suspense.pk != receivable.pk:
        more, more_off = _compared(
            say("suspense"), in_suspense, str(suspense), ledger_balances(ledger_account_id=suspense.pk, on=month.last)
        )
        lines, off = [*lines, *more], off + more_off
    if not lines:
        return Looked(say("Nothing is open, in the ageing as in the ledger."), True)
    if off:
        return Looked(
            say("Ageing, open items and ledger differ in {places}: run the check.", places=counted(off, "place")),
            False,
            lines,
        )
    return Looked(say("Ageing, open items and ledger agree to the cent."), True, lines)


def _compared(what: str, parts: Mapping[str, int], ledger: str, in_ledger: Mapping[str, int]) -> tuple[list[str], int]:
    """A line for each currency, and in how many of them the two differ."""
    lines, off = [], 0
    for currency in sorted({*parts, *in_ledger}):
        part, whole = parts.get(currency, 0), in_ledger.get(currency, 0)
        if part or whole:
            off += part != whole
            lines.append(
                say(
                    "{currency}: {what} {part}, {ledger} {whole}, difference {difference}",
                    currency=currency.upper(),
                    what=what,
                    part=Money(part, currency).to_decimal(),
                    ledger=ledger,
                    whole=Money(whole, currency).to_decimal(),
                    difference=Money(part - whole, currency).to_decimal(),
                )
            )
    return lines, off


ITEMS = (
    MonthEndItem(
        name="drafts",
        title=say("Drafts"),
        about=say("Dated in the month or before it. Post them on a day of the month, or reject them."),
        position=10,
        look=_drafts,
    ),
    MonthEndItem(
        name="suspense",
        title=say("Suspense"),
        about=say("Payments that nobody was found for. Move them to the account they belong to."),
        position=20,
        look=_suspense,
    ),
    MonthEndItem(
        name="unapplied-credit",
        title=say("Unapplied credit"),
        about=say("Payments and credit notes that are not applied to an invoice yet."),
        position=30,
        look=_unapplied,
    ),
    MonthEndItem(
        name="tie-out",
        title=say("Ageing and ledger"),
        about=say("Aged receivables and open items of the last day equal the receivable account of the ledger."),
        position=70,
        look=_tie_out,
        is_slow=True,
    ),
)
