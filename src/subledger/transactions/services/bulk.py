"""One thing done to many transactions: looked at first, then done by a run that says of each what became of it.

`plan` decides by the very statement by which the run selects, and by what posting itself decides; its digest goes out
with what is shown, and `start_bulk` refuses another (ADR 62).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from django.db import connection
from django.db.transaction import atomic

from subledger.companies.queries import today_of_company
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say, say_of
from subledger.messages.services.outbox import asked_by
from subledger.platform.callers import current_caller, demand
from subledger.runs.models import Run
from subledger.runs.services.start import start_run
from subledger.runs.states import OPEN as UNDER_WAY
from subledger.runs.states import Outcome
from subledger.transactions.bulk_errors import BulkDiffers, BulkInvalid
from subledger.transactions.errors import ReasonInvalid
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.states import Classification

from .bulk_kinds import KINDS, MOST, OF_DRAFTS, WORDS, Act, Many, candidates, orders_of, words_of
from .draft_versions import versions_of_drafts
from .exclusions import Excluded
from .previews import foresee_set
from .prints import KIND as PRINTING
from .prints import PrintOf, start_prints
from .prints import candidates as printed

POSTED = (Act.POST, Act.WRITE_OFF)  # what posting itself decides
TOLD = (Act.SEND, Act.REMIND)  # what tells customers something
NOUNS = {
    Act.POST: (say("Post"), "draft"),
    Act.REJECT: (say("Reject"), "draft"),
    Act.WRITE_OFF: (say_of("deed", "Write off"), "invoice"),
    Act.SEND: (say("Send"), "document"),
    Act.REMIND: (say("Remind of"), "invoice"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What somebody wants done to many; what an act does not need is left empty."""

    act: Act
    transaction_ids: Sequence[int]
    posted_on: date | None = None  # today
    reject_reason: Reason | None = None
    issue_reason: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One of many: ``reason`` is a code and ``why`` its words where it cannot be done."""

    transaction_id: int
    name: str
    amount_minor: int
    currency: str
    classification: str
    reason: str = ""
    why: str = ""
    tax_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """What the act would be done to, of one classification in one currency: what is owed and what is paid out are not
    one sum."""

    classification: str
    currency: str
    count: int
    amount_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of each, in the order asked for."""

    act: Act
    many: Many
    steps: Sequence[Planned]
    digest: str

    @property
    def possible(self) -> list[Planned]:
        return [one for one in self.steps if not one.reason]

    @property
    def impossible(self) -> dict[str, list[Planned]]:
        """By the words that say why."""
        found: dict[str, list[Planned]] = {}
        for one in self.steps:
            if one.reason:
                found.setdefault(one.why, []).append(one)
        return found

    @property
    def totals(self) -> list[Total]:
        found: dict[tuple[str, str], Total] = {}
        for one in self.possible:
            key = (one.currency, one.classification)
            so_far = found.get(key, Total(one.classification, one.currency, 0, 0, 0))
            found[key] = Total(
                one.classification,
                one.currency,
                so_far.count + 1,
                so_far.amount_minor + one.amount_minor,
                so_far.tax_minor + (one.tax_minor or 0),
            )
        return [found[key] for key in sorted(found)]


def demand_act(act: Act) -> None:
    """The caller's refusal unless they may do it at all."""
    demand(*(PRINTING if act is Act.PRINT else KINDS[act]).permissions.execute)


def plan(*, bulk: Bulk, actor: str) -> Plan:
    """What would be done, and what cannot be and why; nothing is kept.

    Raises:
        BulkInvalid: none, or too many. NotFound: one of them.
    """
    demand_act(bulk.act)
    wanted = list(dict.fromkeys(bulk.transaction_ids))
    check_number(len(wanted))
    many = Many(
        transactions=[ids.encode(Transaction.PREFIX, one) for one in wanted],
        amounts=[],
        kinds=_permitted(bulk.act),
        posted_on=(bulk.posted_on or today_of_company()) if bulk.act in POSTED else None,
        reason=bulk.reject_reason.public_id if bulk.reject_reason else bulk.issue_reason,
        site=bulk.site if bulk.act in TOLD else "",
        may=_may_tell() if bulk.act in TOLD else None,
    )
    said = versions_of_drafts(wanted) if bulk.act in OF_DRAFTS else {}
    versions = [said.get(one, "") for one in wanted]
    steps = _selected(bulk.act, many)
    found = {step.transaction_id for step in steps}
    for ident in wanted:
        if ident not in found:
            raise NotFound(Transaction, ident, noun=say("transaction"))
    outcome = ""
    if bulk.act in POSTED:
        steps, outcome = _foreseen(bulk.act, many, steps, actor=actor)
    many = replace(many, amounts=[step.amount_minor for step in steps], versions=versions, excluded=_excluded(steps))
    return Plan(bulk.act, many, steps, _digest(bulk.act, steps, versions, outcome))


@atomic
def start_bulk(*, bulk: Bulk, shown: str, actor: str) -> Run:
    """A run that does it, as it was ``shown``: the digest of a plan.

    Raises:
        As `plan`. BulkInvalid: it can be done to none. ReasonInvalid: of a rejection. BulkDiffers: something else would
        be done now.
    """
    if bulk.act is Act.REJECT and (bulk.reject_reason is None or not bulk.reject_reason.is_active):
        raise ReasonInvalid
    found = plan(bulk=bulk, actor=actor)
    if found.digest != shown:
        raise BulkDiffers
    count = len(found.possible)
    if not count:
        raise BulkInvalid(say("This can be done to none of them: look at why, and choose others."))
    if bulk.act is Act.PRINT:
        wanted = [one.transaction_id for one in found.steps]
        return start_prints(transaction_ids=wanted, excluded=found.many.excluded, actor=actor)
    verb, noun = NOUNS[bulk.act]
    name = f"{verb} {count:,} {noun}{'s' if count > 1 else ''}"
    return start_run(kind=KINDS[bulk.act], name=name, criteria=found.many, actor=actor)


def failed_of(run: Run) -> list[int]:
    """The transactions of a run of these kinds that it failed at, to be tried again; none while it is under way."""
    if run.kind not in [act.value for act in Act] or run.state in UNDER_WAY:
        return []
    failed = run.steps.filter(outcome__in=(Outcome.FAILED, Outcome.CANCELLED)).exclude(subject_id=None)
    return [ident for ident in failed.order_by("position").values_list("subject_id", flat=True) if ident]


def check_number(number: int) -> None:
    """BulkInvalid: none, or more than a run takes."""
    if not number:
        raise BulkInvalid(say("No transaction is chosen. Tick one at least in the list."))
    if number > MOST:
        raise BulkInvalid(
            say("More than {most:,} transactions are too many for one run. Narrow the filter of the list.", most=MOST)
        )


def _permitted(act: Act) -> list[str]:
    """The classifications to which the caller may do it."""
    caller = current_caller()
    if caller is None or act in (*TOLD, Act.PRINT):
        return [one.value for one in Classification]
    return [one.value for one in Classification if caller.may(permission_for(act, one))]


def _may_tell() -> list[str] | None:
    """What the caller may do of what messages hold; None where nobody in particular asks."""
    caller = current_caller()
    return None if caller is None else asked_by(caller)


def _selected(act: Act, many: Many) -> list[Planned]:
    if act is Act.PRINT:
        selection, words = printed(PrintOf(many.transactions)), PRINTING.reasons
    else:
        selection, words = candidates(act, many), WORDS
    kinds = dict(Transaction.objects.filter(pk__in=many.pks).values_list("pk", "classification"))
    with connection.cursor() as cursor:
        cursor.execute(selection.sql, selection.params)
        return [
            Planned(ident, name, minor, currency, kinds[ident], reason, words[reason] if reason else "")
            for name, _, ident, minor, currency, reason, _ in cursor.fetchall()
        ]


def _foreseen(act: Act, many: Many, steps: Sequence[Planned], *, actor: str) -> tuple[list[Planned], str]:
    """The steps with what posting itself refuses, and the outcome of those that it does not."""
    amounts = {step.transaction_id: step.amount_minor for step in steps if not step.reason}
    if not amounts:
        return list(steps), ""
    answers, outcome = foresee_set(orders=orders_of(act, many, amounts), actor=actor)
    by_id = dict(zip(amounts, answers, strict=True))
    found = []
    for step in steps:
        answer = by_id.get(step.transaction_id)
        if answer is not None and answer.refusal is not None:
            step = replace(step, reason=answer.refusal.code, why=words_of(answer.refusal))
        elif answer is not None:
            step = replace(step, tax_minor=answer.tax_minor)
        found.append(step)
    return found, outcome


def _excluded(steps: Sequence[Planned]) -> list[Excluded]:
    """Those that cannot be done; the words of a refusal go along, those of the kind's own reasons do not."""
    return [
        Excluded(
            ids.encode(Transaction.PREFIX, one.transaction_id), one.reason[:60], "" if one.reason in WORDS else one.why
        )
        for one in steps
        if one.reason
    ]


def _digest(act: Act, steps: Sequence[Planned], versions: Sequence[str], outcome: str) -> str:
    """What was shown, in one short text."""
    said = [(one.transaction_id, one.amount_minor, one.currency, one.reason, one.tax_minor) for one in steps]
    return sha256(repr((act.value, said, versions, outcome)).encode()).hexdigest()[:32]
