"""Printing many transactions: at once where they are few, else by a run that says of each what became of it.

What is printed is kept as every copy is, so a run keeps no file of its own: its documents are put together when
somebody downloads them, and those that stand for good are the same bytes whenever that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.db.transaction import atomic

from subledger.documents.bundles import WRITERS, Bundle, Result
from subledger.documents.services import Printable, print_document
from subledger.documents.values import ELECTRONIC, FileFormat
from subledger.kernel import ids
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.languages import language_asked
from subledger.kernel.sentences import say
from subledger.platform.callers import demand
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.models import Run
from subledger.runs.services.definitions import read_criteria
from subledger.runs.services.start import start_run
from subledger.runs.states import OPEN, Outcome
from subledger.transactions.models import Transaction
from subledger.transactions.print_errors import PrintsInvalid, PrintsNotReady
from subledger.transactions.printouts import printables_of

from .exclusions import REASON, WORDS, Excluded, excluded_json

AT_ONCE = 50  # documents that a request prints by itself
MOST = 10_000  # of one run
MOST_PAGES_TOGETHER = 1_000  # documents of one PDF, which is made in memory
TOGETHER = 100  # documents that are read at a time
FORMATS = frozenset({FileFormat.PDF, *ELECTRONIC})

CANDIDATES = f"""
    SELECT replace(t.classification, '_', ' ') || ' ' || COALESCE(t.number, t.id::text), %(prefix)s, t.id,
           t.amount_minor, t.currency,
           COALESCE({REASON}, CASE WHEN t.posted_on IS NULL THEN 'draft' ELSE '' END), {WORDS}
      FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
      JOIN transactions_transaction t ON t.id = wanted.id AND t.company_id = %(company)s
     ORDER BY wanted.place
"""


@dataclass(frozen=True)
class PrintOf:
    """The criteria of a run: ids of transactions in their order, a format, and a language; "": each customer's.

    ``excluded`` were shown as not to be printed.
    """

    transactions: list[str]
    format: FileFormat = FileFormat.PDF
    language: str = ""
    excluded: list[Excluded] = field(default_factory=list)

    @property
    def pks(self) -> list[int]:
        return [ids.decode(Transaction.PREFIX, one) for one in self.transactions]


@atomic
def start_prints(
    *,
    transaction_ids: Sequence[int],
    form: FileFormat = FileFormat.PDF,
    language: str = "",
    excluded: Sequence[Excluded] = (),
    actor: str,
) -> Run:
    """A run that prints them, but for those that are ``excluded``.

    Raises:
        PrintsInvalid: none, too many, or a format that is not kept. NotFound, LanguageUnknown.
    """
    wanted = list(dict.fromkeys(transaction_ids))
    _check(wanted, form, most=MOST)
    named = [ids.encode(Transaction.PREFIX, one) for one in wanted]
    criteria = PrintOf(named, form, language_asked(language), list(excluded))
    present = set(Transaction.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for ident in wanted:
        if ident not in present:
            raise NotFound(Transaction, ident, noun=say("transaction"))
    count = len(wanted) - len(excluded)
    name = say("Print {count:,} documents", count=count) if count > 1 else say("Print {count:,} document", count=count)
    return start_run(kind=KIND, name=name, criteria=criteria, actor=actor)


def print_few(
    *,
    transaction_ids: Sequence[int],
    file: IO[bytes],
    bundle: Bundle = Bundle.ZIP,
    form: FileFormat = FileFormat.PDF,
    language: str = "",
    actor: str,
) -> list[Result]:
    """Print them now into one file, and say what became of each.

    Raises:
        PrintsInvalid: none, too many, or no PDF of what is no PDF. NotFound, LanguageUnknown.
    """
    demand("view")
    wanted = list(dict.fromkeys(transaction_ids))
    _check(wanted, form, most=AT_ONCE, bundle=bundle)
    language_asked(language)
    results = list(_results(wanted, form, language, actor))
    WRITERS[bundle](results, file)
    return results


def write_prints(*, run: Run, file: IO[bytes], bundle: Bundle = Bundle.ZIP, actor: str) -> None:
    """What a run has printed, as one file. PrintsNotReady: it is not over. PrintsInvalid."""
    demand("view")
    if run.state in OPEN:
        raise PrintsNotReady(run.name)
    said = asked_of(run)
    steps = run.steps.exclude(subject_id=None).order_by("position")
    if bundle is Bundle.PDF:
        _check(said.transactions, said.format, most=MOST_PAGES_TOGETHER, bundle=bundle)
    WRITERS[bundle](_of_run(steps, said, actor), file)


def _of_run(steps: Any, said: PrintOf, actor: str) -> Iterator[Result]:
    for some in _parts(steps.iterator(chunk_size=TOGETHER)):
        done = [one.subject_id for one in some if one.outcome == Outcome.SUCCEEDED]
        made = dict(zip(done, _results(done, said.format, said.language, actor), strict=True))
        for one in some:
            why = one.detail or KIND.reason(one.reason or "not_printed")
            yield made.get(one.subject_id) or Result(one.key, None, why)


def asked_of(run: Run) -> PrintOf:
    """What a run prints."""
    asked: PrintOf = read_criteria(KIND, run.criteria)
    return asked


def _check(wanted: Sequence[object], form: FileFormat, *, most: int, bundle: Bundle = Bundle.ZIP) -> None:
    if not wanted:
        raise PrintsInvalid(say("No document is chosen. Choose one at least."), param="/documents")
    if len(wanted) > most:
        raise PrintsInvalid(
            say(
                "{count:,} documents are too many for this: at most {most:,}. Take fewer at a time.",
                count=len(wanted),
                most=most,
            ),
            param="/documents",
        )
    if form not in FORMATS:
        raise PrintsInvalid(
            say("Many documents are printed as {formats}. Choose one of them.", formats=", ".join(sorted(FORMATS))),
            param="/format",
        )
    if bundle is Bundle.PDF and form is not FileFormat.PDF:
        raise PrintsInvalid(
            say("Only PDFs are put together in one PDF. Take a zip, or the format pdf."), param="/bundle"
        )


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, TOGETHER)):
        yield some


def _results(wanted: Sequence[int], form: FileFormat, language: str, actor: str) -> Iterator[Result]:
    for some in _parts(wanted):
        for printable in printables_of(some, language=language):
            yield _result(printable, form, actor)


def _result(printable: Printable, form: FileFormat, actor: str) -> Result:
    name = f"{printable.document.kind.replace('_', ' ')} {printable.document.number}".strip()
    try:
        with atomic():
            return Result(name, print_document(printable, form=form, actor=actor))
    except DomainError as refusal:
        return Result(name, None, str(refusal))


def candidates(said: PrintOf) -> Selection:
    """What a run would print, and why it leaves the others alone; what is shown before asks the same."""
    params = {
        "ids": said.pks,
        "company": current_company_id(),
        "prefix": Transaction.PREFIX,
        "excluded": excluded_json(said.excluded),
    }
    return Selection(CANDIDATES, params, says_details=True)


def _select(facts: RunFacts) -> Selection:
    return candidates(facts.criteria)


def _execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    said: PrintOf = facts.criteria
    wanted = [step.subject_id or 0 for step in steps]
    results = _results(wanted, said.format, said.language, facts.actor)
    return [
        StepResult(step.id, detail=" · ".join((one.printed.name, *one.printed.warnings)))
        if one.printed
        else StepResult(step.id, Outcome.FAILED, "refused", one.why)
        for step, one in zip(steps, results, strict=True)
    ]


KIND = RunKind(
    name="print",
    title=say("Printing"),
    says=say("Prints documents that somebody chose, and keeps a copy of each."),
    criteria=PrintOf,
    select=_select,
    execute=_execute,
    permissions=RunPermissions(edit=("view",), execute=("view",)),
    reasons={
        "draft": say("It is a draft"),
        "refused": say("It could not be printed"),
        "not_printed": say("It was not printed"),
    },
    noun=say("document"),
    batch=25,
    has_definitions=False,
)
