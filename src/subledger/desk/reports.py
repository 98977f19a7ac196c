"""The desk as reports: customers by what is overdue, the work there is, and how promises are kept; a statement each."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from subledger.companies.models import Company
from subledger.companies.queries import names_of
from subledger.dunning.states import RecordOutcome
from subledger.journal.models import ExchangeRate
from subledger.journal.queries import rates_on
from subledger.kernel.currencies import exponent
from subledger.kernel.sentences import say, say_of
from subledger.messages.kinds import kinds
from subledger.messages.services.outbox import GONE
from subledger.platform.scope import current_company_id
from subledger.platform.statements import sql_list
from subledger.promises.states import DisputeState, PromiseState
from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import AS_OF, Column, Kind, Lines, Parameter, Report, Sums, Table, rows_of
from subledger.retries.unresolved import unresolved
from subledger.transactions import labels
from subledger.transactions.overdue import overdue_sql
from subledger.transactions.states import MONEY, Classification

from .models import Collector
from .states import ContactKind

MONTHS = 12
DAYS = 31
NOBODY = "nobody"


def read_collector(parameter: Parameter, value: Any) -> str:
    """Under which name a collector acts: as events have it, or as they log in; NOBODY of what nobody collects."""
    asked = str(value).strip()
    actor = asked if asked == NOBODY or ":" in asked else f"user:{asked}"
    if actor != NOBODY and not Collector.objects.filter(actor=actor).exists():
        raise ParameterInvalid(
            say("{name!r} collects no account. Use a login of your company, or nobody.", name=asked),
            param=parameter.name,
        )
    return actor


COLLECTOR = Parameter(
    "collector",
    "collector",
    say("Collector"),
    say("The login of a collector, or nobody; everybody's if left out."),
    read=read_collector,
)

DESK_COLUMNS = (
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("phone", say("Phone")),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("overdue", labels.OVERDUE, Kind.MONEY),
    Column("days_late", say("Days late"), Kind.INT),
    Column("promised", say("Promised"), Kind.MONEY),
    Column("next_promise", say("Next promise"), Kind.DATE),
    Column("broken", say("Broken promises"), Kind.MONEY),
    Column("disputed", say("Disputed"), Kind.MONEY),
    Column("last_contact", say("Last contact"), Kind.DATE),
    Column("contacted_by", say("How"), Kind.CODE),
    Column("follow_up_on", say("Follow up on"), Kind.DATE),
    Column("next_step", say("Next step"), is_long=True),
    Column("collector", say("Collector")),
)

# Promises that were broken and are not replaced by another, of what is open still.
BROKEN = f"""
    SELECT p.account_id, p.document_id, p.ended_on, o.open_minor
      FROM promises_promise p
      JOIN transactions_openitem o ON o.transaction_id = p.document_id
     WHERE p.company_id = %(company)s AND p.state = '{PromiseState.BROKEN}'
       AND NOT EXISTS (SELECT FROM promises_promise n WHERE n.document_id = p.document_id AND n.id > p.id)
"""
# The last contact with an account. Mail that asks for money is one like any other; a remark is none. Ids are of one row
# of all tables, so a message is its account's by what it concerns. As an expression it is worked out for the rows that
# are shown: a grouping over the company would read all mail there ever was. So would a scan from the latest mail, which
# is why the latest is aggregated from the account's own.
LAST = f"""
    SELECT {{what}}
      FROM (SELECT t.happened_on AS day, t.kind AS how FROM desk_collectioncontact t
             WHERE t.account_id = a.id AND t.kind <> '{ContactKind.REMARK}'
            UNION ALL
            SELECT r.recorded_on, '{ContactKind.LETTER}' FROM dunning_dunningrecord r
             WHERE r.account_id = a.id AND r.outcome = '{RecordOutcome.PRINTED}'
            UNION ALL
            SELECT (max(m.created_at) AT TIME ZONE min(y.time_zone))::date, 'mail'
              FROM messages_message m JOIN companies_company y ON y.id = m.company_id
             WHERE m.concerns @> ARRAY[a.id] AND m.company_id = a.company_id
               AND m.kind = ANY(%(mails)s) AND m.state = ANY(%(gone)s)
            HAVING count(*) > 0) c
     ORDER BY c.day DESC, c.how LIMIT 1
"""
# Of every customer's account with something overdue: what it comes to and how late the oldest is; then what
# other rooms know of it, each as one grouping over the company.
DESK = f"""
    SELECT a.id, coalesce(nullif(a.code, ''), a.number) AS account, a.name, coalesce(k.phone, '') AS phone, a.currency,
           d.overdue, %(today)s::date - d.oldest AS days_late, p.promised, p.next_promise, b.broken, x.disputed,
           f.follow_up_on, f.next_step, coalesce(w.actor, '') AS collector
      FROM (SELECT o.account_id, sum(o.open_minor)::bigint AS overdue, min(o.order_on) AS oldest
              FROM transactions_openitem o
             WHERE o.company_id = %(company)s AND {overdue_sql("o", today="%(today)s")}
             GROUP BY o.account_id) d
      JOIN accounts_account a ON a.id = d.account_id AND a.type = 'customer'
      LEFT JOIN accounts_customer k ON k.id = a.customer_id
      LEFT JOIN (SELECT p.account_id, sum(least(o.open_minor, p.promised_minor))::bigint AS promised,
                        min(i.agreed_on) AS next_promise
                   FROM promises_promise p
                   JOIN transactions_openitem o ON o.transaction_id = p.document_id
                   LEFT JOIN LATERAL (SELECT min(j.agreed_on) AS agreed_on FROM promises_instalment j
                                       WHERE j.promise_id = p.id AND j.agreed_on >= %(today)s) i ON true
                  WHERE p.company_id = %(company)s AND p.state = '{PromiseState.OPEN}' GROUP BY p.account_id) p
        ON p.account_id = a.id
      LEFT JOIN (SELECT b.account_id, sum(b.open_minor)::bigint AS broken FROM ({BROKEN}) b GROUP BY b.account_id) b
        ON b.account_id = a.id
      LEFT JOIN (SELECT s.account_id, sum(o.open_minor)::bigint AS disputed
                   FROM promises_invoicedispute s
                   JOIN transactions_openitem o ON o.transaction_id = s.document_id
                  WHERE s.company_id = %(company)s AND s.state = '{DisputeState.OPEN}' GROUP BY s.account_id) x
        ON x.account_id = a.id
      LEFT JOIN (SELECT c.account_id, min(c.follow_up_on) AS follow_up_on,
                        (array_agg(c.text ORDER BY c.follow_up_on, c.id))[1] AS next_step
                   FROM desk_collectioncontact c
                  WHERE c.company_id = %(company)s AND c.done_at IS NULL AND c.follow_up_on IS NOT NULL
                  GROUP BY c.account_id) f
        ON f.account_id = a.id
      LEFT JOIN desk_collector w ON w.account_id = a.id
     WHERE (%(collector)s = '' OR coalesce(w.actor, 'nobody') = %(collector)s)
"""
DESK_AROUND = f"""
    SELECT o.id, o.account, o.name, o.phone, o.currency, o.overdue, o.days_late, o.promised, o.next_promise, o.broken,
           o.disputed, ({LAST.format(what="c.day")}) AS last_contact, ({LAST.format(what="c.how")}) AS contacted_by,
           o.follow_up_on, o.next_step, o.collector
      FROM ({{rows}}) o
      JOIN accounts_account a ON a.id = o.id
"""
# What is to be followed up on by now comes first, what waits longest before the rest of it; then the largest amount by
# what it is worth to the company, and last the currencies that nobody has entered a rate of.
WORTH = "o.overdue * (%(worth)s::jsonb ->> o.currency)::numeric"
FIRST = "(o.follow_up_on IS NULL OR o.follow_up_on > %(today)s)"
BY_WORTH = f"{WORTH} DESC NULLS LAST, o.overdue DESC"
ORDER = f"{FIRST}, CASE WHEN NOT {FIRST} THEN o.follow_up_on END, {BY_WORTH}, o.account, o.currency"


def worth(*, as_of: date) -> dict[str, Decimal]:
    """What a minor unit of each currency is worth on a day in minor units of the company's own, where it has a rate."""
    base = Company.objects.get(pk=current_company_id()).base_currency
    rates = rates_on([(one, as_of) for one in ExchangeRate.objects.values_list("currency", flat=True).distinct()])
    found = {currency: rate.scaleb(exponent(base) - exponent(currency)) for (currency, _), rate in rates.items()}
    return {**found, base: Decimal(1)}


def mails_of_the_desk() -> list[str]:
    """The kinds of messages that count as a contact with whoever owes: all that ask for money."""
    return sorted(kind.name for kind in kinds().values() if kind.asks_to_pay)


def desk_lines(*, as_of: date, collector: str = "", narrowed: str = "true", **facts: Any) -> Lines:
    """Customers with something overdue on ``as_of``, those first who are to be followed up on, then what is worth most.

    ``collector`` is the name under which one acts, or NOBODY; ``narrowed`` a condition on the rows, as those of ``r``,
    with parameters of its own.
    """
    names = _names()
    return Lines(
        [column.name for column in DESK_COLUMNS],
        f"SELECT r.* FROM ({DESK}) r WHERE {narrowed}",
        ORDER,
        {
            "company": current_company_id(), "today": as_of, "collector": collector, "mails": mails_of_the_desk(),
            "gone": [str(state) for state in GONE], "worth": json.dumps(worth(as_of=as_of), default=str), **facts,
        },
        partial(Sums, DESK_COLUMNS),
        made=lambda found: (*found[1:-1], names.get(found[-1], found[-1]) or None),
        around=DESK_AROUND,
        outlined=[column.name for column in DESK_COLUMNS if column.name not in ("last_contact", "contacted_by")],
        is_summed=True,
    )  # fmt: skip


def collections(*, as_of: date, collector: str | None = None) -> Lines:
    """Customers with something overdue; ``as_of`` is the day that lateness is counted to."""
    return desk_lines(as_of=as_of, collector=collector or "")


TASK_COLUMNS = (
    Column("due_on", say("Due"), Kind.DATE),
    Column("task", say("Task"), Kind.CODE),
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("about", say("About"), is_long=True),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("amount", labels.OPEN, Kind.MONEY),
    Column("collector", say("Collector")),
)

TASKS = f"""
    SELECT a.id, t.due_on, t.task, coalesce(nullif(a.code, ''), a.number) AS account, a.name, t.about, a.currency,
           t.amount, coalesce(w.actor, '') AS collector
      FROM (SELECT c.account_id, c.follow_up_on AS due_on, 'follow_up' AS task, c.text AS about, NULL::bigint AS amount
              FROM desk_collectioncontact c
             WHERE c.company_id = %(company)s AND c.done_at IS NULL AND c.follow_up_on <= %(today)s
            UNION ALL
            SELECT b.account_id, b.ended_on, 'broken_promise', d.number, b.open_minor
              FROM ({BROKEN}) b JOIN transactions_transaction d ON d.id = b.document_id
             WHERE NOT EXISTS (SELECT FROM desk_collectioncontact c
                                WHERE c.account_id = b.account_id AND c.kind <> '{ContactKind.REMARK}'
                                  AND c.happened_on >= b.ended_on)
            UNION ALL
            SELECT s.account_id, coalesce(s.follow_up_on, s.opened_on), 'dispute', d.number || ': ' || s.reason,
                   coalesce(o.open_minor, 0)
              FROM promises_invoicedispute s
              JOIN transactions_transaction d ON d.id = s.document_id
              LEFT JOIN transactions_openitem o ON o.transaction_id = s.document_id
             WHERE s.company_id = %(company)s AND s.state = '{DisputeState.OPEN}'
               AND (s.follow_up_on IS NULL OR s.follow_up_on <= %(today)s)
            UNION ALL
            SELECT f.account_id, f.failed_on, 'failed_payment', f.number, f.open_minor
              FROM ({unresolved("%(company)s")}) f) t
      JOIN accounts_account a ON a.id = t.account_id
      LEFT JOIN desk_collector w ON w.account_id = a.id
     WHERE (%(collector)s = '' OR coalesce(w.actor, 'nobody') = %(collector)s)
"""


def tasks(*, as_of: date, collector: str | None = None) -> Lines:
    """What waits for a collector by ``as_of``: follow-ups, promises that were broken since anybody was in touch,
    disputes to answer, payments that failed and are not tried again; the oldest first."""
    names = _names()
    return Lines(
        [column.name for column in TASK_COLUMNS],
        TASKS,
        "o.due_on, o.account, o.task, o.about",
        {"company": current_company_id(), "today": as_of, "collector": collector or ""},
        partial(Sums, TASK_COLUMNS),
        made=lambda found: (*found[1:-1], names.get(found[-1], found[-1]) or None),
    )


COLLECTED_COLUMNS = (
    Column("day", say("Day"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("collected", say_of("what a collector brought in", "Collected"), Kind.MONEY),
)
COLLECTED = f"""
    WITH moved AS (
        SELECT t.currency, t.posted_on AS day,
               sum(CASE WHEN is_debit(t.classification) THEN -t.amount_minor ELSE t.amount_minor END) AS minor
          FROM transactions_transaction t
          JOIN accounts_account a ON a.id = t.account_id AND a.type = 'customer'
         WHERE t.company_id = %(company)s AND t.posted_on BETWEEN %(first)s AND %(as_of)s
           AND t.classification IN {sql_list(MONEY - {Classification.REFUND})}
         GROUP BY 1, 2
    )
    SELECT NULL, %(first)s::date + i AS day, c.currency, coalesce(m.minor, 0)::bigint AS collected
      FROM generate_series(0, {DAYS - 1}) i
     CROSS JOIN (SELECT DISTINCT currency FROM moved) c
      LEFT JOIN moved m ON m.currency = c.currency AND m.day = %(first)s::date + i
     ORDER BY 3, 2
"""


def collected_by_day(*, as_of: date) -> Table:
    """Payments of customers less cancelled ones, on each of thirty-one days."""
    facts = {"company": current_company_id(), "as_of": as_of, "first": as_of - timedelta(days=DAYS - 1)}
    _, rows = rows_of(COLLECTED_COLUMNS, COLLECTED, facts)
    return Table(COLLECTED_COLUMNS, rows)


KEPT_COLUMNS = (
    Column("month", say("Month"), Kind.MONTH),
    Column("kept", say("Kept"), Kind.INT),
    Column("broken", say("Broken"), Kind.INT),
    Column("withdrawn", say("Withdrawn"), Kind.INT),
    Column("rate", say("Kept, %"), Kind.NUMBER),
)
DECIDED = (PromiseState.KEPT, PromiseState.BROKEN)
# By the day on which each ended. What was withdrawn was neither kept nor broken.
KEPT = f"""
    SELECT NULL, to_char(m.first, 'YYYY-MM') AS month,
           count(*) FILTER (WHERE p.state = '{PromiseState.KEPT}') AS kept,
           count(*) FILTER (WHERE p.state = '{PromiseState.BROKEN}') AS broken,
           count(*) FILTER (WHERE p.state = '{PromiseState.WITHDRAWN}') AS withdrawn,
           round(100.0 * count(*) FILTER (WHERE p.state = '{PromiseState.KEPT}')
                 / nullif(count(*) FILTER (WHERE p.state IN {sql_list(DECIDED)}), 0), 1) AS rate
      FROM (SELECT (date_trunc('month', %(as_of)s::date) - (i || ' months')::interval)::date AS first
              FROM generate_series(0, {MONTHS - 1}) i) m
      LEFT JOIN promises_promise p
        ON p.company_id = %(company)s AND p.ended_on >= m.first AND p.ended_on <= %(as_of)s
       AND p.ended_on < (m.first + interval '1 month')::date
     GROUP BY m.first ORDER BY m.first
"""


def promises_kept(*, as_of: date) -> Table:
    """Promises to pay that ended in each of twelve months, and the share of those that were kept."""
    _, rows = rows_of(KEPT_COLUMNS, KEPT, {"company": current_company_id(), "as_of": as_of})
    return Table(KEPT_COLUMNS, rows)


def _names() -> dict[str, Any]:
    """What the collectors of the company are called."""
    return names_of(set(Collector.objects.values_list("actor", flat=True)))


REPORTS = (
    Report(
        "collections",
        say("Collections desk"),
        say("Customers with something overdue: how much, how late, what is promised, the last contact, whose it is."),
        (AS_OF, COLLECTOR),
        DESK_COLUMNS,
        collections,
        "account",
    ),
    Report(
        "collection-tasks",
        say("Work list of collections"),
        say("What waits for a collector: follow-ups, broken promises, disputes to answer, payments that failed."),
        (AS_OF, COLLECTOR),
        TASK_COLUMNS,
        tasks,
        "account",
    ),
    Report(
        "collected-by-day",
        say("Collected by day"),
        say("Payments of customers less cancelled ones, on each of thirty-one days."),
        (AS_OF,),
        COLLECTED_COLUMNS,
        collected_by_day,
    ),
    Report(
        "promises-kept",
        say("Promises kept"),
        say("Promises to pay that ended in each of twelve months, and the share of those that were kept."),
        (AS_OF,),
        KEPT_COLUMNS,
        promises_kept,
    ),
)
