"""The kinds of runs that do one thing to many transactions: what each cannot be done to, and the doing.

What is done to one is what its own service does, with every check; a run adds nothing to it. The transactions, what
each came to and what whoever asked may do were noted when it was asked for: what came to something else since is left
alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.transaction import atomic

from subledger.accounts.contacts import addresses_of_each
from subledger.accounts.states import Topic
from subledger.companies.errors import PermissionDenied
from subledger.companies.permissions import title_of
from subledger.companies.queries import company_zone, today_of_company
from subledger.kernel import ids
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.sentences import say
from subledger.messages.holds import held
from subledger.messages.kinds import family_of, kinds_about
from subledger.messages.models import Message
from subledger.messages.queries import latest_gone_of
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import SEND, Wish
from subledger.messages.services.rows import stopped
from subledger.messages.states import GONE
from subledger.platform.callers import Caller, calling
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.states import Outcome
from subledger.transactions.errors import DraftChanged, DraftDiffers
from subledger.transactions.letters import REMINDER
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.queries import with_open
from subledger.transactions.rules.orders import Order, Post, WriteOff
from subledger.transactions.rules.reminders import why_not_reminded, why_not_told
from subledger.transactions.states import Classification

from .actions import write_off
from .carriers import Answer, begin_all, moved
from .draft_versions import versions_of_drafts
from .drafts import reject_drafts
from .exclusions import REASON, Excluded, excluded_json
from .exclusions import WORDS as NOT_INCLUDED

MOST = 10_000  # of one run


class Act(StrEnum):
    """What can be done to many at once; printing is a run of its own (`prints`)."""

    POST = "post"
    REJECT = "reject"
    WRITE_OFF = "write_off"
    SEND = "send"
    REMIND = "remind"
    PRINT = "print"


@dataclass(frozen=True)
class Many:
    """The criteria of a run.

    ``amounts`` is what each transaction came to when it was shown (of a write-off: what was open of it), ``versions``
    all that each said, where it is a draft. ``kinds`` are the classifications to which whoever asked may do it.
    ``excluded`` were shown as not to be done. ``reason`` is one of the company's list for a rejection, the words of a
    write-off else. ``site`` is where links of messages lead, ``may`` what whoever asked may do of what messages hold;
    None: nobody in particular asked.
    """

    transactions: list[str]
    amounts: list[int]
    kinds: list[str]
    posted_on: date | None = None
    reason: str = ""
    site: str = ""
    versions: list[str] = field(default_factory=list)
    may: list[str] | None = None
    excluded: list[Excluded] = field(default_factory=list)

    @property
    def pks(self) -> list[int]:
        return [ids.decode(Transaction.PREFIX, one) for one in self.transactions]

    @property
    def versions_shown(self) -> dict[int, str]:
        """Of drafts, by id."""
        found = zip(self.pks, self.versions, strict=True) if self.versions else ()
        return {pk: version for pk, version in found if version}


# Where there is no amount in ``amounts`` nothing was shown yet, and nothing has changed.
CANDIDATES = f"""
    SELECT upper(left(t.classification, 1)) || replace(substr(t.classification, 2), '_', ' ') || ' '
               || COALESCE(t.number, wanted.name),
           %(prefix)s, t.id, {{minor}}, t.currency,
           CASE WHEN {REASON} <> '' THEN {REASON}
                WHEN NOT t.classification = ANY(%(kinds)s) THEN 'not_permitted'
                {{reasons}}
                WHEN wanted.minor <> {{minor}} OR t.id = ANY(%(changed)s) THEN 'changed'
                ELSE '' END,
           {NOT_INCLUDED}
      FROM unnest(%(ids)s::bigint[], %(names)s::text[], %(amounts)s::bigint[]) WITH ORDINALITY
               AS wanted (id, name, minor, place)
      JOIN transactions_transaction t ON t.id = wanted.id AND t.company_id = %(company)s
      LEFT JOIN transactions_openitem o ON o.transaction_id = t.id
     ORDER BY wanted.place
"""
OPEN = "COALESCE(o.open_minor, 0)"
OF_A_DRAFT = "WHEN t.state <> 'draft' THEN 'not_draft'"
OF_DRAFTS = (Act.POST, Act.REJECT)
# Whoever sends it asks the same rules, so they are asked for all at once, and not told again here.
OF_NOBODY = "WHEN %(untold)s::jsonb ? t.id::text THEN %(untold)s::jsonb ->> t.id::text"
REASONS: Mapping[Act, str] = {
    Act.POST: f"{OF_A_DRAFT} WHEN t.id = ANY(%(by_gateway)s) THEN 'by_gateway'",
    Act.REJECT: OF_A_DRAFT,
    Act.WRITE_OFF: f"""
        WHEN t.classification <> 'invoice' THEN 'not_invoice'
        WHEN t.posted_on IS NULL THEN 'not_posted'
        WHEN {OPEN} = 0 THEN 'settled'""",
    Act.SEND: OF_NOBODY,
    Act.REMIND: OF_NOBODY,
}
WORDS = {
    "not_permitted": say("Whoever asked has no permission to do this to it"),
    "not_draft": say("It is not a draft"),
    "by_gateway": say("Its money moves through a gateway: post it on its own page"),
    "not_invoice": say("It is not an invoice"),
    "not_posted": say("It is not posted"),
    "settled": say("Nothing of it is owed"),
    "cancelled": say("It is cancelled: send its cancellation"),
    "written_off": say("It is written off: send its write-off"),
    "mirror": say("It keeps what was written off, on an account of your own"),
    "not_told": say("Customers are not told of this type"),
    "sent_already": say("It was sent already: send it again from its own page"),
    "no_address": say("The customer has no e-mail address"),
    "no_mail": say("Their e-mail address gets no mail any more"),
    "not_due": say("It is not overdue"),
    "disputed": say("It is disputed: remind of it from its own page if it is meant"),
    "promised": say("It is promised for other days: remind of it from its own page if it is meant"),
    "reminded_already": say("Its customer was reminded today: remind them again from its own page"),
    "changed": say("It changed after it was shown"),
    "error": say("It broke off by an error"),
}


def candidates(act: Act, said: Many) -> Selection:
    """What a run would take up, and why it leaves the others alone; what is shown before asks the same."""
    pks = said.pks
    amounts: list[int | None] = [*said.amounts] or [None] * len(pks)
    params: dict[str, Any] = {
        "ids": pks,
        "names": [Transaction(id=pk).reference_number for pk in pks],
        "amounts": amounts,
        "kinds": said.kinds,
        "company": current_company_id(),
        "prefix": Transaction.PREFIX,
        "excluded": excluded_json(said.excluded),
    }
    shown = said.versions_shown
    now = versions_of_drafts(shown.keys())
    params["changed"] = [pk for pk, version in shown.items() if now.get(pk) != version]
    if act is Act.POST:
        params["by_gateway"] = sorted(moved(pks))
    if act is Act.SEND:
        params["untold"] = json.dumps(_untold(pks))
    if act is Act.REMIND:
        params["untold"] = json.dumps(_unreminded(pks))
    minor = OPEN if act in (Act.WRITE_OFF, Act.REMIND) else "t.amount_minor"
    return Selection(CANDIDATES.format(minor=minor, reasons=REASONS[act]), params, says_details=True)


def _reminded_today(pks: Sequence[int]) -> list[int]:
    latest, today = latest_gone_of(pks, REMINDER.name), today_of_company()
    zone = company_zone()
    return [ident for ident, at in latest.items() if at.astimezone(zone).date() == today]


def _untold(pks: Sequence[int]) -> dict[int, str]:
    """Of which of these nobody is sent anything, by themselves, and why."""
    rows = _to_tell(pks)
    gone = Message.objects.filter(object_id__in=pks, state__in=GONE).exclude(kind__in=family_of(REMINDER.name))
    sent = set(gone.values_list("object_id", flat=True))
    unreached = _unreached(rows, Topic.INVOICES)
    kinds = {one.value for one in Classification if kinds_about(one)}

    def why(row: Transaction) -> str:
        if refused := why_not_told(row):  # type: ignore[arg-type]
            return refused
        if row.classification not in kinds:
            return "not_told"
        return "sent_already" if row.pk in sent else unreached.get(row.pk, "")

    return {row.pk: found for row in rows if (found := why(row))}


def _unreminded(pks: Sequence[int]) -> dict[int, str]:
    """Of which of these nobody is reminded today, and why."""
    rows, today = _to_tell(pks), today_of_company()
    are_held = held(REMINDER.family, pks)
    reminded, unreached = set(_reminded_today(pks)), _unreached(rows, Topic.REMINDERS)

    def why(row: Transaction) -> str:
        if refused := why_not_reminded(row, today):  # type: ignore[arg-type]
            return refused
        if row.pk in are_held:
            return are_held[row.pk]
        return "reminded_already" if row.pk in reminded else unreached.get(row.pk, "")

    return {row.pk: found for row in rows if (found := why(row))}


def _to_tell(pks: Sequence[int]) -> list[Transaction]:
    return list(with_open(Transaction.objects.filter(pk__in=pks).select_related("account__customer")))


def _unreached(rows: Sequence[Transaction], topic: Topic) -> dict[int, str]:
    """Whose customers nothing reaches: nobody has an address, or none of the addresses gets mail."""
    customers = {row.account.customer_id: row.account.customer for row in rows if row.account.customer is not None}
    goes_to = addresses_of_each(customers.values(), topic)
    no_mail = stopped(REMINDER, {address for each in goes_to.values() for address in each})
    found = {}
    for row in rows:
        addresses = goes_to.get(row.account.customer_id or 0, [])
        if all(identity_of(address) in no_mail for address in addresses):
            found[row.pk] = "no_mail" if addresses else "no_address"
    return found


def orders_of(act: Act, said: Many, amounts: Mapping[int, int]) -> list[Order]:
    """What is asked of posting, by what was shown: what comes to something else, or says it, is refused."""
    if act is Act.POST:
        versions = said.versions_shown
        return [
            Post(
                draft_id=ident,
                posted_on=said.posted_on,
                expected_total_minor=minor,
                expected_version=versions.get(ident),
            )
            for ident, minor in amounts.items()
        ]
    return [
        WriteOff(
            target_id=ident,
            amount=minor,
            mirror_account_id=0,
            posted_on=said.posted_on,
            issue_reason=said.reason or None,
        )
        for ident, minor in amounts.items()
    ]


def _amounts(steps: Sequence[Step]) -> dict[int, int]:
    return {step.subject_id or 0: step.amount_minor or 0 for step in steps}


def _post(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    """By the door of one posting; what a gateway would move by now is left alone, as where that was known before."""
    apart = moved([step.subject_id or 0 for step in steps])
    plain = [step for step in steps if step.subject_id not in apart]
    answers = begin_all(orders_of(Act.POST, facts.criteria, _amounts(plain)), actor=facts.actor)
    return [
        *(_result(step, answer) for step, answer in zip(plain, answers, strict=True)),
        *(_left_alone(step, "by_gateway") for step in steps if step.subject_id in apart),
    ]


def _write_off(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    orders: Any = orders_of(Act.WRITE_OFF, facts.criteria, _amounts(steps))
    answers = write_off(orders=orders, actor=facts.actor, collect=True)
    return [_result(step, answer) for step, answer in zip(steps, answers, strict=True)]


def _result(step: Step, answer: Answer) -> StepResult:
    if isinstance(answer, DomainError):
        return _failed(step, answer)
    return StepResult(step.id, detail=getattr(answer, "number", ""))


def _left_alone(step: Step, reason: str) -> StepResult:
    return StepResult(step.id, Outcome.SKIPPED, reason, WORDS[reason])


def _failed(step: Step, refusal: DomainError) -> StepResult:
    if isinstance(refusal, DraftChanged | DraftDiffers):
        return _left_alone(step, "changed")
    return StepResult(step.id, Outcome.FAILED, refusal.code[:60], words_of(refusal))


def words_of(refusal: DomainError) -> str:
    """Why one of many is refused: what would have to be confirmed is confirmed where it alone is looked at."""
    if isinstance(refusal, ConfirmationNeeded):
        return say("{refusal} That is confirmed on its own page.", refusal=refusal)
    return str(refusal)


def _reject(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    reason = Reason.objects.filter(pk=ids.decode(Reason.PREFIX, facts.criteria.reason)).first()
    wanted, shown = [step.subject_id or 0 for step in steps], facts.criteria.versions_shown
    versions = {ident: shown[ident] for ident in wanted if ident in shown}
    try:
        with atomic():
            reject_drafts(transaction_ids=wanted, reason=reason, actor=facts.actor, versions=versions)
    except DraftChanged as refusal:
        if len(steps) > 1:  # all or none: each by itself
            raise
        return [_failed(steps[0], refusal)]
    return [StepResult(step.id) for step in steps]


def _send(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    found = Transaction.objects.in_bulk([step.subject_id or 0 for step in steps])
    return [_sent(facts, step, found[step.subject_id or 0]) for step in steps]


def _remind(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    found = Transaction.objects.in_bulk([step.subject_id or 0 for step in steps])
    return [_sent(facts, step, found[step.subject_id or 0], kind=REMINDER.name) for step in steps]


def _sent(facts: RunFacts, step: Step, row: Transaction, *, kind: str = "") -> StepResult:
    wish = Wish(of=row.classification, object_id=row.pk, kind=kind, site=facts.criteria.site)
    try:
        with atomic(), calling(_asker(facts)):
            sent = distribute(wish=wish, actor=facts.actor).messages
            return StepResult(step.id, detail=", ".join(message.recipient for message in sent))
    except DomainError as refusal:
        return _failed(step, refusal)


def _asker(facts: RunFacts) -> Caller | None:
    """Whoever asked, with what they could do then: a link is in their messages where they could have made it."""
    may = facts.criteria.may
    return (
        None
        if may is None
        else Caller(
            facts.actor, frozenset(may), lambda permission: PermissionDenied(permission, title=title_of(permission))
        )
    )


def _kind(
    act: Act,
    title: str,
    says: str,
    execute: Callable[[RunFacts, Sequence[Step]], Sequence[StepResult]],
    permission: str,
    *,
    batch: int = 100,
) -> RunKind:
    def select(act: Act, facts: RunFacts) -> Selection:
        return candidates(act, facts.criteria)

    return RunKind(
        name=act.value,
        title=title,
        says=says,
        criteria=Many,
        select=partial(select, act),
        execute=execute,
        permissions=RunPermissions(edit=(permission,), execute=(permission,)),
        reasons=WORDS,
        noun=say("transaction"),
        batch=batch,
        has_definitions=False,
    )


KINDS: Mapping[Act, RunKind] = {
    Act.POST: _kind(
        Act.POST, say("Posting many"), say("Posts drafts that somebody chose."), _post, "transactions.post"
    ),
    Act.REJECT: _kind(
        Act.REJECT, say("Rejecting many"), say("Rejects drafts that somebody chose."), _reject, "transactions.draft"
    ),
    Act.WRITE_OFF: _kind(
        Act.WRITE_OFF,
        say("Writing off many"),
        say("Writes off what is open of invoices that somebody chose."),
        _write_off,
        "transactions.write_off",
    ),
    Act.SEND: _kind(Act.SEND, say("Sending many"), say("Sends customers what somebody chose."), _send, SEND, batch=25),
    Act.REMIND: _kind(
        Act.REMIND, say("Reminding many"), say("Reminds customers of overdue invoices."), _remind, SEND, batch=25
    ),
}
