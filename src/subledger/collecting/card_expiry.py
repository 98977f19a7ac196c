"""Cards that end: whoever pays by one is told in time, and sent a link to register another.

Told of is the card that runs would charge: of an account and a provider the account's default where that provider
keeps it, else the provider's own default. Where another card is that by now, and can be charged, nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.transaction import atomic

from subledger.companies.queries import company_zone
from subledger.gateways.models import Provider
from subledger.gateways.registry import kind_named
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.messages.errors import AddressSuppressed, NoRecipient
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import Wish
from subledger.platform import clock
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id
from subledger.platform.shapes import asks
from subledger.runs.errors import RunCriteriaInvalid
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.queries import definitions
from subledger.runs.states import Outcome

from .cards_to_come import asked, coming
from .criteria import offered_providers
from .letters import CARD_EXPIRY, OF
from .models import CardNotice

__all__ = ["CARD_EXPIRY_RUN", "ExpiryCriteria"]

MOST_DAYS = 366


def _providers() -> list[tuple[str, str]]:
    return offered_providers(lambda row: kind_named(row.kind).executes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryCriteria:
    """Who is told, and how many days before: once for each of them, the last reached."""

    provider: str = asks(say("Provider"), of=Provider.PREFIX, offered=_providers, help=say("Empty: every one."))
    days: tuple[int, ...] = asks(
        say("Days before"), default=(30, 7), help=say("Once for each; several are separated by commas.")
    )
    before_charge: bool = asks(
        say("Also where a card ends before the next planned charge"), default=True,
        help=say("As the schedules of automatic payment runs and retries of failed payments have it."),
    )  # fmt: skip


def _check(criteria: ExpiryCriteria) -> None:
    """RunCriteriaInvalid, by the field."""
    days = criteria.days
    if not days or len(set(days)) < len(days) or not all(1 <= one <= MOST_DAYS for one in days):
        raise RunCriteriaInvalid(
            say("Say how many days before, each once and from 1 to {most}.", most=MOST_DAYS), param="/criteria/days"
        )


# Live cards that runs may charge, with the last day of their month and the level that each has reached: the least
# number of days, or 0 where it ends before the next planned charge alone. ``chosen`` is what a run of their provider
# would charge, ``coming`` what is charged by the card itself, ``asked`` whose customers were asked for another one
# (`cards_to_come`).
ENDING = """
    WITH coming AS MATERIALIZED ({coming}), asked AS MATERIALIZED ({asked}), planned AS (
        SELECT * FROM unnest(%(expiry_planned)s::bigint[], %(expiry_planned_on)s::date[]) AS n(provider_id, charged_on)
    ), live AS (
        SELECT i.chosen_id, i.account_id, i.provider_id, i.kind, i.brand, i.last4, i.is_default, w.is_recurring,
               w.is_default AS is_first,
               (make_date(i.exp_year, i.exp_month, 1) + interval '1 month' - interval '1 day')::date AS ends_on
          FROM gateways_instrument i
          JOIN accounts_accountpaymentpreference w ON w.id = i.chosen_id
          JOIN gateways_provider p ON p.id = i.provider_id
         WHERE p.company_id = %(expiry_company)s AND p.state = 'effective' AND i.mode = p.mode
           AND i.removed_at IS NULL AND w.released_at IS NULL
           AND (%(expiry_provider)s::bigint IS NULL OR p.id = %(expiry_provider)s)
    ), chosen AS (
        SELECT DISTINCT ON (account_id, provider_id) account_id, provider_id, chosen_id, ends_on
          FROM live ORDER BY account_id, provider_id, is_first DESC, is_default DESC, chosen_id
    ), ending AS (
        SELECT l.*, coalesce(d.level, 0) AS level
          FROM live l
          LEFT JOIN planned n ON n.provider_id = l.provider_id
          LEFT JOIN coming t ON t.preference_id = l.chosen_id AND %(expiry_before_charge)s
          LEFT JOIN LATERAL (SELECT min(one) AS level FROM unnest(%(expiry_days)s::integer[]) AS one
                              WHERE l.ends_on - %(expiry_as_of)s::date <= one) d ON true
         WHERE l.kind = 'card' AND l.is_recurring AND l.ends_on >= %(expiry_as_of)s::date
           AND (d.level IS NOT NULL OR l.ends_on < n.charged_on OR l.ends_on < t.charged_on)
    )
    SELECT e.chosen_id, e.level, e.ends_on,
           concat_ws(' ', a.number, initcap(e.brand), '••••', e.last4, to_char(e.ends_on, 'MM/YYYY'),
                     nullif(row_number() OVER (PARTITION BY a.id, e.brand, e.last4, e.ends_on
                                                   ORDER BY e.chosen_id), 1)) AS key,
           CASE WHEN a.state <> 'active' THEN 'account_not_active'
                WHEN c.chosen_id <> e.chosen_id AND (c.ends_on IS NULL OR c.ends_on >= %(expiry_as_of)s::date)
                    THEN 'another_is_default'
                WHEN EXISTS (SELECT FROM asked k WHERE k.preference_id = e.chosen_id) THEN 'asked_already'
                WHEN EXISTS (SELECT FROM collecting_cardnotice t
                              WHERE t.card_id = e.chosen_id
                                AND (t.ends_on = e.ends_on
                                     OR t.ends_on IS NULL AND e.ends_on <= t.told_at + interval '{most} days')
                                AND (e.level = 0 OR t.level BETWEEN 1 AND e.level)) THEN 'told'
                ELSE '' END AS reason
      FROM ending e
      JOIN accounts_account a ON a.id = e.account_id
      JOIN chosen c ON c.account_id = e.account_id AND c.provider_id = e.provider_id
     WHERE true {among}
"""
SELECTED = """
    SELECT key, 'pmt' AS prefix, chosen_id AS subject_id, NULL::bigint AS amount_minor, NULL AS currency, reason
      FROM ({ending}) ending ORDER BY chosen_id
"""


@dataclass(frozen=True, slots=True)
class Ending:
    chosen_id: int
    level: int
    ends_on: date
    key: str
    reason: str


def _ending(facts: RunFacts, *, among: Sequence[int] | None = None) -> Selection:
    criteria: ExpiryCriteria = facts.criteria
    planned = _planned() if criteria.before_charge else {}
    params: dict[str, Any] = {
        "company": current_company_id(),
        "expiry_before_charge": criteria.before_charge,
        "expiry_company": current_company_id(),
        "expiry_provider": ids.decode(Provider.PREFIX, criteria.provider) if criteria.provider else None,
        "expiry_as_of": facts.as_of,
        "expiry_days": list(criteria.days),
        "expiry_planned": list(planned),
        "expiry_planned_on": list(planned.values()),
    }
    facts_of = {"coming": coming(), "asked": asked(), "most": MOST_DAYS}
    if among is None:
        return Selection(ENDING.format(among="", **facts_of), params)
    return Selection(
        ENDING.format(among="AND e.chosen_id = ANY(%(expiry_among)s)", **facts_of),
        {**params, "expiry_among": list(among)},
    )


def _planned() -> dict[int, date]:
    """By provider, the day on which a payment run charges next, as the schedules in force have it."""
    zone = company_zone()
    found: dict[int, date] = {}
    rows = definitions().filter(kind="payments", is_submitted=True, next_at__isnull=False)
    for row in rows:
        assert row.next_at is not None
        provider_id, on = ids.decode(Provider.PREFIX, row.criteria["provider"]), row.next_at.astimezone(zone).date()
        found[provider_id] = min(on, found.get(provider_id, on))
    return found


def _select(facts: RunFacts) -> Selection:
    ending = _ending(facts)
    return Selection(SELECTED.format(ending=ending.sql), ending.params)


def _tell(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    """Write to each customer, once a card and level: who comes second finds the first one's notice."""
    ending = _ending(facts, among=[step.subject_id for step in steps if step.subject_id is not None])
    now = {one.chosen_id: one for one in typed_rows(Ending, ending.sql, ending.params)}
    return [_told(facts, step, now.get(step.subject_id or 0)) for step in steps]


def _told(facts: RunFacts, step: Step, one: Ending | None) -> StepResult:
    if one is None or one.reason:
        return StepResult(step.id, Outcome.SKIPPED, one.reason if one else "changed")
    try:
        with atomic():
            _, is_new = CardNotice.objects.get_or_create(
                company_id=current_company_id(), card_id=one.chosen_id, level=one.level, ends_on=one.ends_on,
                defaults={"run_id": facts.run_id, "told_at": clock.now()},
            )  # fmt: skip
            if not is_new:
                return StepResult(step.id, Outcome.SKIPPED, "told")
            sent = distribute(
                wish=Wish(of=OF, object_id=one.chosen_id, kind=CARD_EXPIRY.name, level=one.level), actor=facts.actor
            )
    except (NoRecipient, AddressSuppressed) as refusal:  # somebody has to reach them otherwise
        return StepResult(step.id, Outcome.FAILED, refusal.code, str(refusal))
    return StepResult(step.id, detail=", ".join(message.recipient for message in sent.messages))


CARD_EXPIRY_RUN = RunKind(
    name="card-expiry",
    title=say("Cards that end"),
    says=say("Tells customers in time that the card by which they are charged ends, with a link to register another."),
    criteria=ExpiryCriteria,
    check=_check,
    select=_select,
    execute=_tell,
    permissions=RunPermissions(execute=("runs.execute", "messages.send", "gateways.charge")),
    reasons={
        "account_not_active": say("The account is not active"),
        "another_is_default": say("Another card is charged"),
        "asked_already": say("The customer was asked for another card already: this one was declined for good"),
        "told": say("The customer was told already"),
        "changed": say("The card was replaced in the meantime"),
        "no_recipient": say("Nobody there has an address"),
        "address_suppressed": say("The address gets no mail"),
    },
    noun=say("card"),
    batch=50,
)
