"""What documents have reached, and how a document stands. One statement for any number of accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from subledger.companies.queries import today_of_company
from subledger.gateways.claims import collected, collected_until
from subledger.platform.models import Event
from subledger.platform.rows import named_rows, typed_rows
from subledger.platform.scope import current_company_id
from subledger.promises.holds import disputed, ended, holds_of, promised
from subledger.segments.members import accounts_of as segment_members

from .documents import OPEN_DOCUMENTS
from .models import DunningClaim, DunningLevel, DunningMinimum, DunningPlan, DunningRate, DunningRecord
from .rules.interest import Rate, Rates
from .rules.levels import DunningStanding, LevelFacts, Next, coming
from .states import After, RecordOutcome


def exchanged(text: str, part: str, by: str) -> str:
    """A statement with another part. ValueError: it has no such part, so nothing would be exchanged."""
    if part not in text:
        raise ValueError(f"the statement has no part {part!r}")
    return text.replace(part, by)


# Which plan serves which accounts: that of a segment goes before that of a classification, the lowest rank first; else
# the default. ``{segments}`` are the members of the segments of plans.
PLANS = """
    plan_of_segment AS MATERIALIZED (
        SELECT DISTINCT ON (m.account_id) m.account_id, m.plan_id FROM ({segments}) m ORDER BY m.account_id, m.place
    ), plan_of_class AS MATERIALIZED (
        SELECT DISTINCT ON (c.accountclassification_id) c.accountclassification_id AS classification_id, p.id AS plan_id
          FROM dunning_dunningplan_classifications c
          JOIN dunning_dunningplan p ON p.id = c.dunningplan_id
         WHERE p.company_id = %(company)s AND p.is_active
         ORDER BY c.accountclassification_id, p.rank, p.id
    ), usual AS MATERIALIZED (
        SELECT id AS plan_id FROM dunning_dunningplan WHERE company_id = %(company)s AND is_active AND is_default
    )"""
NO_SEGMENTS = "SELECT NULL::bigint AS account_id, NULL::bigint AS plan_id, 0 AS place WHERE false"
SERVED = """
      LEFT JOIN plan_of_segment s ON s.account_id = a.id
      LEFT JOIN plan_of_class c ON c.classification_id = a.classification_id
      LEFT JOIN usual u ON true"""
PLANS_OF_ACCOUNTS = f"""
    WITH {PLANS}
    SELECT a.id AS account_id, COALESCE(s.plan_id, c.plan_id, u.plan_id) AS plan_id
      FROM accounts_account a {SERVED}
     WHERE a.company_id = %(company)s AND a.id = ANY(%(accounts)s)
"""
# What held each document last, until when: a promise that was broken or withdrawn, a dispute that was closed. What was
# under way to collect it is asked for by document: of requests there are too many.
ENDED = f"""
    ended AS MATERIALIZED (
        SELECT e.document_id, max(e.ended_on) AS ended_on
          FROM ({ended("%(company)s")}) e
         GROUP BY e.document_id
    )"""
IS_BEYOND = "AND (o.account_id, a.plan_id) NOT IN (SELECT b.account_id, b.plan_id FROM below b)"  # of `coming_levels`
IS_BELOW = "WHEN (a.account_id, a.plan_id) IN (SELECT b.account_id, b.plan_id FROM below b) THEN 'below_minimum'"
PROMISED = promised(document="a.document_id", open_minor="a.open_minor", as_of="%(as_of)s::date")
# Whether a level ``l`` is behind a document: its days may be others since.
BEHIND = """(SELECT FROM dunning_dunningrecord b WHERE b.document_id = {document} AND b.level_id = l.id)"""
# Why nobody is asked for a document ``a``, by whatever it is held now; '' where nothing holds it.
REASON = f"""CASE WHEN {disputed("a.document_id")} THEN 'disputed'
                WHEN EXISTS ({PROMISED}) THEN 'promised'
                WHEN {collected("a.document_id")} THEN 'under_way' {{below}} ELSE '' END"""
# The accounts of which a plan would remind of too little: of what its levels speak of by now, and nothing holds,
# collects or has ended; late charges with it. Where no plan has a smallest amount, nobody is asked (`with_segments`).
LEAST = f""", below AS MATERIALIZED (
        SELECT a.account_id, m.plan_id
          FROM (SELECT d.* FROM ({OPEN_DOCUMENTS}) d WHERE true {{of}}) a
          JOIN accounts_account b ON b.id = a.account_id
          JOIN dunning_dunningminimum m ON m.company_id = %(company)s AND m.is_active AND m.currency = b.currency
          JOIN (SELECT plan_id, min(days)::int AS days FROM dunning_dunninglevel
                 WHERE company_id = %(company)s AND is_active GROUP BY plan_id) f ON f.plan_id = m.plan_id
         WHERE a.due_on + f.days <= %(as_of)s::date
           AND NOT EXISTS (SELECT FROM dunning_dunningrecord o
                            WHERE o.document_id = a.document_id AND o.after <> 'go_on')
           AND {REASON.replace("{below}", "")} = ''
         GROUP BY a.account_id, m.plan_id, m.amount
        HAVING sum(a.open_minor) < m.amount
    )"""
# The highest level of each document that was reached and is not recorded, as `rules.levels.reached` says it. A document
# whose reason is not empty is left alone. ``{only}`` narrows the documents.
REACHED = f"""
    WITH {PLANS}, {ENDED} {{least}}, level AS MATERIALIZED (
        SELECT l.id, l.plan_id, l.days::int AS days FROM dunning_dunninglevel l
         WHERE l.company_id = %(company)s AND l.is_active
    ), document AS (
        SELECT d.*, COALESCE(s.plan_id, c.plan_id, u.plan_id) AS plan_id, last.days AS last_days,
               COALESCE(last.shift_days, 0) AS last_shift, COALESCE(last.after, 'go_on') <> 'go_on' AS is_over,
               CASE WHEN last.recorded_on IS NULL OR h.ended_on >= last.recorded_on THEN h.ended_on END AS held_until
          FROM ({OPEN_DOCUMENTS}) d
          JOIN accounts_account a ON a.id = d.account_id AND a.type = 'customer' {SERVED}
          LEFT JOIN ended e ON e.document_id = d.document_id
         CROSS JOIN LATERAL ({collected_until("d.document_id")}) w
         CROSS JOIN LATERAL (SELECT GREATEST(e.ended_on, w.ended_on) AS ended_on) h
          LEFT JOIN LATERAL (
              SELECT CASE WHEN l.plan_id = COALESCE(s.plan_id, c.plan_id, u.plan_id) THEN l.days ELSE r.days END::int
                         AS days, r.shift_days, r.recorded_on, r.after
                FROM dunning_dunningrecord r JOIN dunning_dunninglevel l ON l.id = r.level_id
               WHERE r.document_id = d.document_id ORDER BY r.id DESC LIMIT 1
          ) last ON true
         WHERE d.due_on <= %(as_of)s::date - (SELECT min(days) FROM level) {{only}}
    ), ahead AS (
        SELECT d.*, next.days AS next_days,
               GREATEST(d.last_shift, COALESCE(d.held_until + 1 - d.due_on - next.days, d.last_shift)) AS shift
          FROM document d
          JOIN LATERAL (
              SELECT min(l.days) AS days FROM level l
               WHERE l.plan_id = d.plan_id AND (d.last_days IS NULL OR l.days > d.last_days
                                                AND NOT EXISTS {BEHIND.format(document="d.document_id")})
                 AND (d.held_until IS NULL OR l.days > 0) AND NOT d.is_over
          ) next ON next.days IS NOT NULL
    )
    SELECT a.document_kind, a.document_id, a.account_id, a.currency, a.open_minor, a.due_on, a.number, a.plan_id,
           a.next_days, l.id AS level_id, a.shift,
           {REASON} AS reason
      FROM ahead a
      JOIN LATERAL (
          SELECT l.id FROM level l
           WHERE l.plan_id = a.plan_id AND l.days >= a.next_days AND a.due_on + l.days + a.shift <= %(as_of)s::date
             AND (a.last_days IS NULL OR NOT EXISTS {BEHIND.format(document="a.document_id")})
           ORDER BY l.days DESC LIMIT 1
      ) l ON true
     WHERE NOT EXISTS (SELECT FROM dunning_dunningclaim x WHERE x.invoice_id = a.document_id)
"""
# What nothing holds today and reaches a level by the day: on which day, and which level the run of that day tells.
REACHED_TODAY = exchanged(REACHED, REASON, exchanged(REASON, "%(as_of)s", "%(today)s"))
COMING = f"""
    SELECT r.document_id, c.day AS on, n.name AS level, p.name AS plan, a.number AS account, k.name AS customer,
           r.number AS document, r.due_on, r.currency, r.open_minor AS open, p.rank, p.id AS plan_id
      FROM ({REACHED_TODAY}) r
     CROSS JOIN LATERAL (SELECT GREATEST(r.due_on + r.next_days + r.shift, %(today)s::date) AS day) c
      JOIN LATERAL (
          SELECT l.name FROM dunning_dunninglevel l
           WHERE l.plan_id = r.plan_id AND l.is_active AND l.days >= r.next_days
             AND r.due_on + l.days + r.shift <= c.day AND NOT EXISTS {BEHIND.format(document="r.document_id")}
           ORDER BY l.days DESC LIMIT 1
      ) n ON true
      JOIN dunning_dunningplan p ON p.id = r.plan_id
      JOIN accounts_account a ON a.id = r.account_id
      LEFT JOIN accounts_customer k ON k.id = a.customer_id
     WHERE r.reason = ''
"""
# Records whose letter is to be printed still: their documents are open, and nothing holds them.
TO_PRINT = f"""
    SELECT r.id
      FROM dunning_dunningrecord r JOIN ({OPEN_DOCUMENTS}) a ON a.document_id = r.document_id
     WHERE r.company_id = %(company)s AND r.outcome = 'to_print' AND {REASON.replace("{below}", "")} = ''
"""
TO_PRINT_ABOVE_LEAST = f"""
    WITH {LEAST.lstrip(", ").replace("{of}", "")} {TO_PRINT}
       AND (r.after <> 'go_on'
            OR (r.account_id, (SELECT l.plan_id FROM dunning_dunninglevel l WHERE l.id = r.level_id))
                NOT IN (SELECT b.account_id, b.plan_id FROM below b))
"""
OF_ACCOUNTS = "AND d.account_id = ANY(%(accounts)s)"
BELOW_OF_ACCOUNT = (
    f"WITH {LEAST.lstrip(', ').replace('{of}', OF_ACCOUNTS)} SELECT account_id FROM below WHERE plan_id = %(plan)s"
)
ACCOUNTS = f"SELECT DISTINCT d.account_id FROM ({OPEN_DOCUMENTS}) d WHERE d.document_id = ANY(%(documents)s)"

LETTERS_PRINTED = "company.dunning_letters_printed"
COLLECTED = f"SELECT d.id FROM unnest(%(documents)s::bigint[]) AS d (id) WHERE {collected('d.id')}"
AMOUNTS = f"SELECT d.document_id, d.open_minor FROM ({OPEN_DOCUMENTS}) d WHERE d.document_id = ANY(%(documents)s)"


@dataclass(frozen=True, slots=True)
class ReachedDocument:
    """A document with the highest level that it has reached. ``next_days`` are those of the lowest not recorded;
    ``reason`` says why it is left alone, "" where it is not."""

    document_kind: str
    document_id: int
    account_id: int
    currency: str
    open_minor: int
    due_on: date
    number: str
    plan_id: int
    next_days: int
    level_id: int
    shift: int
    reason: str


class Text(NamedTuple):
    """A statement and its parameters."""

    sql: str
    params: dict[str, Any]


def with_segments(text: str, *, as_of: date, of: str = "", **params: Any) -> Text:
    """A statement over `PLANS`, with the members of the segments of plans as of a day, and the accounts that are
    overdue by less than theirs reminds of; ``of`` narrows these, by their documents ``d``."""
    plans = DunningPlan.objects.filter(is_active=True, segment__isnull=False).order_by("rank", "pk")
    parts = []
    said: dict[str, Any] = {"company": current_company_id(), "as_of": as_of, **params}
    for place, plan in enumerate(plans):
        members = segment_members(plan.segment_id, as_of, prefix=f"plan{place}")
        parts.append(
            f"SELECT m.id AS account_id, {plan.pk}::bigint AS plan_id, {place} AS place FROM ({members.sql}) AS m (id)"
        )
        said |= members.params
    has_least = DunningMinimum.objects.filter(is_active=True, plan__is_active=True).exists()
    for mark, clause in (("{least}", LEAST), ("{below}", IS_BELOW), ("{beyond}", IS_BEYOND)):
        text = text.replace(mark, clause if has_least else "")  # not every statement has each
    members_of = " UNION ALL ".join(parts) or NO_SEGMENTS
    return Text(exchanged(text.replace("{of}", of), "{segments}", members_of), said)


def reached(*, as_of: date) -> Text:
    """What all documents of the company in scope have reached by a day."""
    return with_segments(exchanged(REACHED, "{only}", ""), as_of=as_of)


def reached_of(*, account_ids: Collection[int], as_of: date) -> list[ReachedDocument]:
    """What the documents of these accounts have reached by a day, in the order of accounts and due dates."""
    text = f"{exchanged(REACHED, '{only}', OF_ACCOUNTS)} ORDER BY a.account_id, a.due_on, a.document_id"
    asked = with_segments(text, as_of=as_of, of=OF_ACCOUNTS, accounts=list(account_ids))
    return typed_rows(ReachedDocument, asked.sql, asked.params)


def coming_levels(*, today: date, until: date, only: str = "") -> Text:
    """What reaches which level from a day on until another, if nothing changes; ``only`` narrows documents ``d``."""
    return with_segments(exchanged(COMING, "{only}", only), as_of=until, of=only, today=today)


def letters_to_print(*, as_of: date) -> set[int]:
    """The records whose letter is to be printed still: of what is open, and neither held nor collected, on a day, and
    for no less than their plans remind of."""
    has_least = DunningMinimum.objects.filter(is_active=True).exists()
    text = TO_PRINT_ABOVE_LEAST if has_least else TO_PRINT
    return {row["id"] for row in named_rows(text, {"company": current_company_id(), "as_of": as_of})}


def accounts_of(document_ids: Iterable[int]) -> list[int]:
    """The accounts of those of these documents that are open."""
    rows = named_rows(ACCOUNTS, {"company": current_company_id(), "documents": list(document_ids)})
    return sorted(row["account_id"] for row in rows)


def open_amounts(document_ids: Iterable[int]) -> dict[int, int]:
    """What is open of those of these documents that are."""
    rows = named_rows(AMOUNTS, {"company": current_company_id(), "documents": list(document_ids)})
    return {row["document_id"]: row["open_minor"] for row in rows}


def collected_of(document_ids: Iterable[int]) -> set[int]:
    """Those of these documents that something under way is collecting, which is no page."""
    return {row["id"] for row in named_rows(COLLECTED, {"documents": list(document_ids)})}


def rates_of(plan_ids: Collection[int]) -> dict[int, Rates]:
    """The rates of late interest of these plans, each with the day from which it holds."""
    held: dict[int, list[Rate]] = {ident: [] for ident in plan_ids}
    for row in DunningRate.objects.filter(plan__in=list(plan_ids), is_active=True):
        held[row.plan_id].append(Rate(row.percent, row.from_on))
    return {ident: Rates(tuple(found)) for ident, found in held.items()}


def least_of(currency: str) -> dict[int, int]:
    """The smallest amount in a currency that plans remind of, in minor units, by plan."""
    rows = DunningMinimum.objects.filter(currency=currency, is_active=True).values_list("plan", "amount")
    return {ident: int(amount) for ident, amount in rows}


def percent_today(plan: DunningPlan) -> Decimal:
    """The late interest a year that a plan charges for today."""
    return rates_of([plan.pk])[plan.pk].on(today_of_company())


def plans_of(account_ids: Iterable[int], *, as_of: date) -> dict[int, DunningPlan]:
    """The plan of each account that has one, by the account's id, as `PLANS` says it."""
    asked = with_segments(PLANS_OF_ACCOUNTS, as_of=as_of, accounts=list(account_ids))
    named = {row["account_id"]: row["plan_id"] for row in named_rows(asked.sql, asked.params)}
    plans = DunningPlan.objects.in_bulk(set(filter(None, named.values())))
    return {ident: plans[plan_id] for ident, plan_id in named.items() if plan_id}


def levels_of(plan: DunningPlan) -> list[DunningLevel]:
    """Those in use, in order."""
    return list(plan.levels.filter(is_active=True).order_by("days"))


def facts_of(levels: Sequence[DunningLevel]) -> list[LevelFacts]:
    return [LevelFacts(level.pk, level.days) for level in levels]


def records_of(document_ids: Iterable[int]) -> QuerySet[DunningRecord]:
    """The levels that documents reached, in order."""
    found: QuerySet[DunningRecord] = DunningRecord.objects.filter(document_id__in=list(document_ids))
    return found.select_related("message", "level").order_by("document_id", "pk")


def claims_of(document_ids: Iterable[int]) -> QuerySet[DunningClaim]:
    """Fees and interest that were drafted for documents, and not drafted anew since, in order."""
    found: QuerySet[DunningClaim] = DunningClaim.objects.filter(document_id__in=list(document_ids), superseded_at=None)
    return found.select_related("invoice", "invoice__rejection_reason").order_by("document_id", "from_on", "pk")


HELD = f"""
    WITH {ENDED}
    SELECT GREATEST((SELECT ended_on FROM ended WHERE document_id = %(document)s), u.ended_on) AS ended_on
      FROM ({collected_until("%(document)s")}) u
"""


def standing_of(document_id: int, *, due_on: date, plan_id: int | None) -> DunningStanding:
    """Where a document stands in its plan, by its records and by what held it."""
    records = list(records_of([document_id]))
    last = records[-1] if records else None
    rows = named_rows(HELD, {"company": current_company_id(), "document": document_id})
    held_until = rows[0]["ended_on"] if rows else None
    if last is None:
        return DunningStanding(due_on, held_until=held_until)
    if held_until is not None and held_until < last.recorded_on:
        held_until = None
    return DunningStanding(
        due_on,
        last.level.days if last.level.plan_id == plan_id else last.days,
        last.shift_days,
        held_until,
        is_over=last.after != After.GO_ON,
        recorded={row.level_id for row in records},
    )


@dataclass(frozen=True, slots=True)
class Dunning:
    """Where an open document stands: its plan, what comes next, its levels' names; why it is left alone, if so.
    ``is_over``: its dunning came to its end."""

    plan: DunningPlan
    coming: Next | None
    names: dict[int, str]
    reason: str = ""
    is_over: bool = False


def dunning_of(row: Any, *, as_of: date) -> Dunning | None:
    """Of an open invoice, read with its account. None where no plan serves it, or it is a late charge itself."""
    plan = plans_of([row.account_id], as_of=as_of).get(row.account_id)
    if plan is None or DunningClaim.objects.filter(invoice_id=row.pk).exists():
        return None
    levels = levels_of(plan)
    names = {level.pk: level.name for level in levels}
    hold = holds_of([row.pk], as_of=as_of).get(row.pk)
    reason = hold.reason if hold is not None else ""
    if not reason and collected_of([row.pk]):
        reason = "under_way"
    if not reason and is_below_minimum(row.account_id, plan, as_of=as_of):
        reason = "below_minimum"
    standing = standing_of(row.pk, due_on=row.due_on, plan_id=plan.pk)
    return Dunning(plan, coming(facts_of(levels), standing), names, reason, standing.is_over)


def is_below_minimum(account_id: int, plan: DunningPlan, *, as_of: date) -> bool:
    """Whether an account is overdue by less than its plan reminds of."""
    if not DunningMinimum.objects.filter(plan=plan, is_active=True).exists():
        return False
    facts = {"company": current_company_id(), "as_of": as_of, "accounts": [account_id], "plan": plan.pk}
    return bool(named_rows(BELOW_OF_ACCOUNT, facts))


def letters_in_order() -> list[tuple[int, str]]:
    """Of each letter that waits, the first record of those that share it and its account's number; the oldest first."""
    waiting = DunningRecord.objects.filter(outcome=RecordOutcome.TO_PRINT).order_by("recorded_on", "account_id", "pk")
    first: dict[tuple[int, date, int | None], tuple[int, str]] = {}
    for ident, number, *letter in waiting.values_list("pk", "account__number", "account_id", "recorded_on", "run_id"):
        first.setdefault((letter[0], letter[1], letter[2]), (ident, number))
    return list(first.values())


def last_letters() -> list[str]:
    """The letters that were printed together last, in order, each by the record that its copy is kept under."""
    told = Event.objects.filter(object_id=current_company_id(), type=LETTERS_PRINTED).order_by("-pk").first()
    return list(told.data["letters"]) if told else []


def letters_waiting(*, as_of: date) -> int:
    """How many letters wait: records of an account that the same run found nobody for share one."""
    waiting = DunningRecord.objects.filter(pk__in=letters_to_print(as_of=as_of))
    return waiting.order_by().values("account_id", "recorded_on", "run_id").distinct().count()
