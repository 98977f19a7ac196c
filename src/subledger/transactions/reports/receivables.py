"""Who owes what: ageing, open items and statements, as of any day."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import Any

from subledger.accounts.models import Account
from subledger.accounts.parameters import ACCOUNT, ONE_ACCOUNT
from subledger.accounts.states import AccountType
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.report_kit.grouped_lines import GroupedLines
from subledger.report_kit.tables import (
    AS_OF,
    FROM,
    TO,
    Column,
    Kind,
    Lines,
    Report,
    Sums,
    Table,
    lines_of,
    rows_of,
)
from subledger.transactions import labels
from subledger.transactions.agreed_days import agreed_parts
from subledger.transactions.open_items import open_as_of_sql
from subledger.transactions.queries import statement_of
from subledger.transactions.rules.ageing import BUCKETS, Bucket, over_of

from .parameters import BY, CURRENCY, LATE, WHOSE, By, Whose

AGED_COLUMNS = (
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("currency", say("Currency"), Kind.CURRENCY),
    *(Column(bucket.name, bucket.label, Kind.MONEY) for bucket in BUCKETS),
    Column("unallocated", labels.UNAPPLIED, Kind.MONEY),
    Column("total", say("Total"), Kind.MONEY),
)

# Days late are whole days from the due date: on the due date itself nothing is late. What has no due date (a
# refund, a payment cancellation) counts from its posting date. What was open that day is what is open now, plus
# what was allocated since, less what was released since: sums of sums, so nothing is added up item by item, and
# today's ageing reads the open items alone. What is due on agreed days moves from its due date to them.
MOVES = """
    SELECT o.account_id, o.is_debit, o.order_on AS due_on, o.open_minor AS minor
      FROM transactions_openitem o
     WHERE o.company_id = %(company)s AND o.posted_on <= %(as_of)s {of_items}
    UNION ALL
    SELECT x.account_id, true, coalesce(d.due_on, d.posted_on), {since}
      FROM transactions_allocation x
      JOIN transactions_transaction d
        ON d.id = x.debit_id AND d.posted_on <= %(as_of)s
     WHERE x.company_id = %(company)s AND {changed} {of_allocations}
    UNION ALL
    SELECT x.account_id, false, NULL, {since}
      FROM transactions_allocation x
      JOIN transactions_transaction c
        ON c.id = x.credit_id AND c.posted_on <= %(as_of)s
     WHERE x.company_id = %(company)s AND {changed} {of_allocations}
    UNION ALL
    SELECT g.account_id, true, d.day, d.sign * g.minor
      FROM ({agreed}) g
     CROSS JOIN LATERAL (VALUES (g.due_on, -1), (g.agreed_on, 1)) d (day, sign)
"""
# Of each ``key`` what its moves come to. OFFSET 0: the bucket of a move is worked out once, and not for each sum.
SUMMED = """
    SELECT {key},
           {sums},
           coalesce(sum(minor) FILTER (WHERE bucket = -1), 0)::bigint AS unallocated
      FROM (SELECT {key}, minor,
                   CASE WHEN NOT is_debit THEN -1
                        {cases}
                        END AS bucket
              FROM {moves} OFFSET 0) moved
     GROUP BY {key}
"""
AGED = """
    SELECT a.id, coalesce(nullif(a.code, ''), a.number) AS account, a.name, a.currency, {names}, b.unallocated,
           {added} - b.unallocated AS total
      FROM ({summed}) b
      JOIN accounts_account a ON a.id = b.account_id
     WHERE a.type = 'customer'
       AND ({names}, b.unallocated) <> ({nothing}, 0)
"""
# Of all accounts together, currencies are added up without a sum of each account.
AGEING = """
    SELECT NULL, b.currency, {names}, b.unallocated, {added} - b.unallocated AS total
      FROM ({summed}) b
     WHERE ({names}, b.unallocated) <> ({nothing}, 0)
     ORDER BY b.currency
"""
_ENDS = [(place, bucket.until) for place, bucket in enumerate(BUCKETS)]
_PARTS = {
    "names": ", ".join(f"b.{bucket.name}" for bucket in BUCKETS),
    "added": " + ".join(f"b.{bucket.name}" for bucket in BUCKETS),
    "nothing": ", ".join("0" for _ in BUCKETS),
    "sums": ", ".join(
        f"coalesce(sum(minor) FILTER (WHERE bucket = {place}), 0)::bigint AS {bucket.name}"
        for place, bucket in enumerate(BUCKETS)
    ),
    "cases": " ".join(
        f"ELSE {place}" if until is None else f"WHEN %(as_of)s::date - due_on <= {until} THEN {place}"
        for place, until in _ENDS
    ),
    "since": "CASE WHEN x.allocated_on > %(as_of)s THEN x.minor ELSE -x.minor END",
    "changed": "(x.released_on IS NULL AND x.allocated_on > %(as_of)s"
    " OR x.allocated_on <= %(as_of)s AND x.released_on > %(as_of)s)",
}


def _summed(key: str, moves: str, *, of: str = "") -> str:
    """`SUMMED`, with ``moves`` around `MOVES`; ``of`` is a condition on an account's id."""
    told = MOVES.format(
        of_items=f"AND o.account_id {of}" if of else "",
        of_allocations=f"AND x.account_id {of}" if of else "",
        agreed=agreed_parts(of_accounts=of),
        **_PARTS,
    )
    return SUMMED.format(key=key, moves=moves.format(moves=told), **_PARTS)


@cache
def _aged(*, one_account: bool) -> str:
    of = "= %(account)s" if one_account else ""
    return AGED.format(summed=_summed("account_id", "({moves}) moves", of=of), **_PARTS)


@cache
def _ageing() -> str:
    moves = "({moves}) moves JOIN accounts_account a ON a.id = moves.account_id AND a.type = 'customer'"
    return AGEING.format(summed=_summed("currency", moves), **_PARTS)


def aged_receivables(*, as_of: date, account: Account | None = None, by: By | None = None) -> Lines:
    """Every customer account with anything open at the end of ``as_of``, by days past due.

    What is promised counts from its agreed day; ``by`` due date it does not.
    ``unallocated`` is free credit as a positive amount and is taken off: ``total``, the account's balance on
    that day, is the sum of the buckets less ``unallocated``. System accounts (suspense, write-off) hold no
    customer's debts: they are left out.
    """
    statement = _aged(one_account=account is not None)
    facts = _facts(as_of, account, by)
    sums = partial(Sums, AGED_COLUMNS)
    return lines_of(AGED_COLUMNS, statement, "o.account, o.currency", facts, sums, is_summed=True)


AGEING_COLUMNS = tuple(column for column in AGED_COLUMNS if column.name not in ("account", "name"))


def ageing(*, as_of: date, by: By | None = None) -> Table:
    """The aged receivables of all customers together: one row for each currency. As `aged_receivables`."""
    _, rows = rows_of(AGEING_COLUMNS, _ageing(), _facts(as_of, None, by))
    return Table(AGEING_COLUMNS, rows)


OPEN_COLUMNS = (
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("number", say("Number")),
    Column("classification", labels.TYPE, Kind.CODE),
    Column("posted_on", say("Posted"), Kind.DATE),
    Column("due_on", say("Due"), Kind.DATE),
    Column("days_late", say("Days late"), Kind.INT),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("amount", say("Amount"), Kind.MONEY),
    Column("unsettled", labels.OPEN, Kind.MONEY),
    Column("unallocated", labels.UNAPPLIED, Kind.MONEY),
)

# Of an open item ``o`` and its account ``a``: whether it is asked for, and what of it is added up.
_ASKED = """(NOT %(narrowed)s OR (o.is_debit
            AND (%(over)s::int IS NULL OR %(as_of)s::date - o.due_on > %(over)s)
            AND (%(until)s::int IS NULL OR %(as_of)s::date - o.due_on <= %(until)s)))"""
_ASKED_OF = """(%(currency)s::text IS NULL OR a.currency = %(currency)s)
       AND (%(types)s::text[] IS NULL OR a.type = ANY(%(types)s))"""
_LABEL = "coalesce(nullif(a.code, ''), a.number)"
_UNSETTLED = "CASE WHEN o.is_debit THEN o.open_minor ELSE 0 END"
_UNALLOCATED = "CASE WHEN o.is_debit THEN 0 ELSE o.open_minor END"
OPEN = f"""
    SELECT o.id, {_LABEL} AS account, o.account_id, o.is_debit, o.due_on AS ordered_on,
           a.currency, {_UNSETTLED} AS unsettled, {_UNALLOCATED} AS unallocated
      FROM ({{open}}) o
      JOIN accounts_account a ON a.id = o.account_id
     WHERE {_ASKED_OF} AND {_ASKED}
"""
OPEN_OF_ACCOUNTS = f"""
    SELECT g.account_id AS owner_id, {_LABEL} AS account, a.currency, g.rows, g.unsettled, g.unallocated
      FROM (SELECT o.account_id, count(*) AS rows, sum({_UNSETTLED})::bigint AS unsettled,
                   sum({_UNALLOCATED})::bigint AS unallocated
              FROM ({{open}}) o WHERE {_ASKED} GROUP BY o.account_id) g
      JOIN accounts_account a ON a.id = g.account_id
     WHERE {_ASKED_OF}
"""
# What of an open item is shown and not added up.
OPEN_AROUND = """
    SELECT o.id, o.account, a.name, t.number, t.classification, t.posted_on,
           CASE WHEN t.due_on IS NOT NULL THEN o.ordered_on END AS due_on,
           CASE WHEN t.due_on IS NOT NULL THEN greatest(%(as_of)s::date - o.ordered_on, 0) ELSE 0 END AS days_late,
           o.currency,
           t.amount_minor AS amount, o.unsettled, o.unallocated
      FROM ({rows}) o
      JOIN transactions_transaction t ON t.id = o.id
      JOIN accounts_account a ON a.id = o.account_id
"""


def open_items(
    *,
    as_of: date,
    account: Account | None = None,
    late: Bucket | None = None,
    currency: str | None = None,
    by: By | None = None,
    accounts: Whose | None = None,
) -> Lines:
    """Every posted transaction of customers with something open at the end of ``as_of``, next due first.

    What is promised for several days has a line for each; ``by`` due date it has one. System accounts (suspense,
    write-off) are left out as in `aged_receivables`, so both come to the same, unless ``accounts`` asks for them or
    ``account`` is one.
    With ``late``, what customers owe that is in this bucket of the ageing; with ``currency``, of accounts in it.
    """
    opened = open_as_of_sql(of_accounts="= %(account)s" if account else "")
    facts: dict[str, Any] = {
        **_facts(as_of, account, by),
        "currency": currency,
        "narrowed": late is not None,
        "over": over_of(late) if late else None,
        "until": late.until if late else None,
        "types": _types(late, account, accounts),
    }
    return GroupedLines(
        [column.name for column in OPEN_COLUMNS], OPEN.format(open=opened),
        "o.account, NOT o.is_debit, o.ordered_on, o.id", facts, partial(Sums, OPEN_COLUMNS, without=["amount"]),
        around=OPEN_AROUND, outlined=("account", "currency", "unsettled", "unallocated"),
        groups=OPEN_OF_ACCOUNTS.format(open=opened), place="g.account",
        of_owners=OPEN.format(open=open_as_of_sql(of_accounts="= ANY(%(_owners)s)")),
    )  # fmt: skip


def _types(late: Bucket | None, account: Account | None, accounts: Whose | None) -> list[str] | None:
    """Types of the accounts that are asked of; None: all."""
    asked = accounts or (Whose.CUSTOMERS if account is None else Whose.ALL)
    if late is not None or asked is Whose.CUSTOMERS:
        return [AccountType.CUSTOMER]
    return [AccountType.SYSTEM] if asked is Whose.OWN else None


STATEMENT_COLUMNS = (
    Column("posted_on", say("Posted"), Kind.DATE),
    Column("number", say("Number")),
    Column("classification", labels.TYPE, Kind.CODE),
    Column("description", say("Description"), is_long=True),
    Column("debit", say("Debit"), Kind.MONEY, is_side=True),
    Column("credit", say("Credit"), Kind.MONEY, is_side=True),
    Column("balance", say("Balance"), Kind.MONEY),
)


def statement(*, account: Account, start: date, end: date) -> Table:
    """What was posted to an account in a span, with its running balance.

    An opening balance that is not zero comes first, as a row without a number.
    """
    made = statement_of(account_id=account.pk, start=start, end=end)
    rows: list[tuple[Any, ...]] = []
    keys: list[int | None] = []
    if made.opening:
        rows.append((start, None, None, say("Opening balance"), None, None, made.opening))
        keys.append(None)
    for line in made.lines:
        rows.append(
            (
                line.posted_on,
                line.number,
                line.classification,
                line.description,
                line.debit,
                line.credit,
                line.balance,
            )
        )
        keys.append(line.id)
    debits, credits = sum(line.debit for line in made.lines), sum(line.credit for line in made.lines)
    total = (None, None, None, None, debits, credits, made.closing)
    return Table(STATEMENT_COLUMNS, rows, [total], account.currency, keys)


def _facts(as_of: date, account: Account | None, by: By | None) -> dict[str, date | int | bool | None]:
    return {
        "company": current_company_id(),
        "as_of": as_of,
        "account": account.pk if account else None,
        "by_due": by is By.DUE,
    }


REPORTS = (
    Report(
        "aged-receivables",
        say("Aged receivables"),
        say("What customers owe, by days past due, at the end of a day."),
        (AS_OF, ACCOUNT, BY),
        AGED_COLUMNS,
        aged_receivables,
        "account",
    ),
    Report(
        "ageing-totals",
        say("Ageing"),
        say("What all customers owe in each currency, by days past due, at the end of a day."),
        (AS_OF, BY),
        AGEING_COLUMNS,
        ageing,
    ),
    Report(
        "open-items",
        say("Open items"),
        say("Every transaction of customers that is not settled or not used, at the end of a day."),
        (AS_OF, ACCOUNT, LATE, CURRENCY, BY, WHOSE),
        OPEN_COLUMNS,
        open_items,
        "transaction",
    ),
    Report(
        "statement",
        say("Statement of account"),
        say("Everything posted to an account, with its running balance."),
        (ONE_ACCOUNT, FROM, TO),
        STATEMENT_COLUMNS,
        statement,
        "transaction",
    ),
)
