"""The kinds of runs that do one thing to many transactions: what each cannot be done to, and the doing.

What is done to one is what its own service does, with every check; a run adds nothing to it. The transactions, what
each came to and what whoever asked may do were noted when it was asked for: what came to something else since is left
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.transaction import atomic

from subledger.accounts.models import ContactPerson
from subledger.accounts.states import Topic
from subledger.kernel import ids
from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.messages.kinds import family_of, kinds_about
from subledger.messages.models import Message
from subledger.messages.queries import day_of, latest_gone_of
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import SEND, Wish
from subledger.messages.states import UNDER_WAY, MessageState
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.services.start import today_there
from subledger.runs.states import Outcome
from subledger.transactions.errors import DraftChanged, DraftDiffers
from subledger.transactions.letters import REMINDER
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.rules.orders import Order, Post, WriteOff
from subledger.transactions.states import Classification

from .actions import write_off
from .carriers import Answer, begin_all, moved
from .draft_versions import versions_of_drafts
from .drafts import reject_drafts

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
    ``reason`` is one of the company's list for a rejection, the words of a write-off else. ``site`` is where links of
    messages lead.
    """

    transactions: list[str]
    amounts: list[int]
    kinds: list[str]
    posted_on: date | None = None
    reason: str = ""
    site: str = ""
    versions: list[str] = field(default_factory=list)

    @property
    def pks(self) -> list[int]:
        return [ids.decode(Transaction.PREFIX, one) for one in self.transactions]

    @property
    def versions_shown(self) -> dict[int, str]:
        """Of drafts, by id."""
        found = zip(self.pks, self.versions, strict=True) if self.versions else ()
        return {pk: version for pk, version in found if version}


# Where there is no amount in ``amounts`` nothing was shown yet, and nothing has changed.
CANDIDATES = """
    SELECT upper(left(t.classification, 1)) || replace(substr(t.classification, 2), '_', ' ') || ' '
               || COALESCE(t.number, wanted.name),
           %(prefix)s, t.id, {minor}, t.currency,
           CASE WHEN NOT t.classification = ANY(%(kinds)s) THEN 'not_permitted'
                {reasons}
                WHEN wanted.minor <> {minor} OR t.id = ANY(%(changed)s) THEN 'changed'
                ELSE '' END
      FROM unnest(%(ids)s::bigint[], %(names)s::text[], %(amounts)s::bigint[]) WITH ORDINALITY
               AS wanted (id, name, minor, place)
      JOIN transactions_transaction t ON t.id = wanted.id AND t.company_id = %(company)s
      LEFT JOIN transactions_openitem o ON o.transaction_id = t.id
     ORDER BY wanted.place
"""
OPEN = "COALESCE(o.open_minor, 0)"
OF_A_DRAFT = "WHEN t.state <> 'draft' THEN 'not_draft'"
OF_DRAFTS = (Act.POST, Act.REJECT)
REASONS: Mapping[Act, str] = {
    Act.POST: f"{OF_A_DRAFT} WHEN t.id = ANY(%(by_gateway)s) THEN 'by_gateway'",
    Act.REJECT: OF_A_DRAFT,
    Act.WRITE_OFF: f"""
        WHEN t.classification <> 'invoice' THEN 'not_invoice'
        WHEN t.posted_on IS NULL THEN 'not_posted'
        WHEN {OPEN} = 0 THEN 'settled'""",
    Act.SEND: """
        WHEN t.posted_on IS NULL THEN 'not_posted'
        WHEN t.state = 'cancelled' THEN 'cancelled'
        WHEN NOT t.classification = ANY(%(told)s) THEN 'not_told'
        WHEN t.id = ANY(%(sent)s) THEN 'sent_already'
        WHEN t.id = ANY(%(unreached)s) THEN 'no_address'""",
    Act.REMIND: f"""
        WHEN t.classification <> 'invoice' THEN 'not_invoice'
        WHEN t.posted_on IS NULL THEN 'not_posted'
        WHEN {OPEN} = 0 THEN 'settled'
        WHEN t.due_on >= %(today)s THEN 'not_due'
        WHEN t.id = ANY(%(sent)s) THEN 'reminded_already'
        WHEN t.id = ANY(%(unreached)s) THEN 'no_address'""",
}
WORDS = {
    "not_permitted": "Whoever asked has no permission to do this to it",
    "not_draft": "It is not a draft",
    "by_gateway": "Its money moves through a gateway: post it on its own page",
    "not_invoice": "It is not an invoice",
    "not_posted": "It is not posted",
    "settled": "Nothing of it is owed",
    "cancelled": "It is cancelled: send its cancellation",
    "not_told": "Customers are not told of this type",
    "sent_already": "It was sent already: send it again from its own page",
    "no_address": "The customer has no e-mail address",
    "not_due": "It is not overdue",
    "reminded_already": "Its customer was reminded today: remind them again from its own page",
    "changed": "It changed after it was shown",
    "error": "It broke off by an error",
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
    }
    shown = said.versions_shown
    now = versions_of_drafts(shown.keys())
    params["changed"] = [pk for pk, version in shown.items() if now.get(pk) != version]
    if act is Act.POST:
        params["by_gateway"] = sorted(moved(pks))
    if act is Act.SEND:
        params |= _of_messages(pks, Topic.INVOICES)
    if act is Act.REMIND:
        params |= _of_messages(pks, Topic.REMINDERS) | {"today": today_there(), "sent": _reminded_today(pks)}
    minor = OPEN if act in (Act.WRITE_OFF, Act.REMIND) else "t.amount_minor"
    return Selection(CANDIDATES.format(minor=minor, reasons=REASONS[act]), params)


def _reminded_today(pks: Sequence[int]) -> list[int]:
    latest = latest_gone_of(pks, REMINDER.name)
    return [ident for ident, at in latest.items() if day_of(at) == today_there()]


def _of_messages(pks: Sequence[int], topic: Topic) -> dict[str, Any]:
    """What was sent already, and to whom nothing can be sent."""
    sent = Message.objects.filter(object_id__in=pks, state__in=(*UNDER_WAY, MessageState.SENT)).exclude(
        kind__in=family_of(REMINDER.name)
    )
    rows = Transaction.objects.filter(pk__in=pks)
    reached = ContactPerson.objects.filter(receives__contains=[topic]).exclude(email="")
    unreached = rows.filter(account__customer=None) | rows.filter(account__customer__email="").exclude(
        account__customer__in=reached.values("customer")
    )
    return {
        "told": [one.value for one in Classification if kinds_about(one)],
        "sent": sorted({ident for ident in sent.values_list("object_id", flat=True) if ident}),
        "unreached": list(unreached.values_list("pk", flat=True)),
    }


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
        return f"{refusal} That is confirmed on its own page."
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
        with atomic():
            sent = distribute(wish=wish, actor=facts.actor).messages
            return StepResult(step.id, detail=", ".join(message.recipient for message in sent))
    except DomainError as refusal:
        return _failed(step, refusal)


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
        noun="transaction",
        batch=batch,
        has_definitions=False,
    )


KINDS: Mapping[Act, RunKind] = {
    Act.POST: _kind(Act.POST, "Posting many", "Posts drafts that somebody chose.", _post, "transactions.post"),
    Act.REJECT: _kind(
        Act.REJECT, "Rejecting many", "Rejects drafts that somebody chose.", _reject, "transactions.draft"
    ),
    Act.WRITE_OFF: _kind(
        Act.WRITE_OFF,
        "Writing off many",
        "Writes off what is open of invoices that somebody chose.",
        _write_off,
        "transactions.write_off",
    ),
    Act.SEND: _kind(Act.SEND, "Sending many", "Sends customers what somebody chose.", _send, SEND, batch=25),
    Act.REMIND: _kind(Act.REMIND, "Reminding many", "Reminds customers of overdue invoices.", _remind, SEND, batch=25),
}
