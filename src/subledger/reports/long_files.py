"""Workbooks that are too long to wait for: a list as its page shows it, or a report. A run writes and keeps each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import IO

from subledger.companies.models import Membership
from subledger.kernel.sentences import say
from subledger.page_kit.long_lists import write_list
from subledger.page_kit.workers import TOLD_EVERY
from subledger.report_kit.files import FORMATS, file_name
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.progress import tell
from subledger.runs.queries import files_of
from subledger.runs.services.files import keep_file

from .catalogue import report_named
from .errors import AskerGone
from .letters import tell_of_file
from .packs import NAMES, XLSX

WRITING = say("Writing rows")
EXPORT = RunPermissions(edit=("export",), execute=("export",))


@dataclass(frozen=True)
class ListFile:
    """The criteria of a run: the address of a list, for whom it is read, whether they are told by mail."""

    address: str
    member: int
    is_mailed: bool = False


@dataclass(frozen=True)
class ReportFile:
    """The criteria of a run: a report by its name, and its parameters as they were written."""

    report: str
    parameters: Mapping[str, str | bool] = field(default_factory=dict)


def _select(facts: RunFacts) -> Selection:
    return Selection(NAMES, {"names": [facts.name[:200]]})


def _kept(facts: RunFacts, step: Step, name: str, rows: int, stream: IO[bytes], **more: str) -> list[StepResult]:
    keep_file(run_id=facts.run_id, name=name, content_type=XLSX, stream=stream, facts={"rows": rows, **more})
    return [StepResult(step.id, detail=f"{rows:,} rows.")]


def _write_list(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    asked: ListFile = facts.criteria
    written = write_list(asked.address, membership=_asker(asked), tell=partial(tell, WRITING))
    with written.file as stream:
        return _kept(facts, steps[0], written.name, written.rows, stream, permission=written.permission)


def _asker(asked: ListFile) -> Membership:
    found = Membership.objects.select_related("user", "role", "company").filter(pk=asked.member).first()
    if found is None or not found.user.is_active:
        raise AskerGone
    return found


def _write_report(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    asked: ReportFile = facts.criteria
    stream = report_named(asked.report).stream(**asked.parameters)
    stream.listen(_heard)
    with tempfile.TemporaryFile() as file:
        FORMATS["xlsx"].write(stream, file)
        return _kept(facts, steps[0], file_name(stream.head, "xlsx"), stream.number, file)


def _heard(number: int) -> None:
    if number % TOLD_EVERY == 0:
        tell(WRITING, number)


def _tell(facts: RunFacts) -> None:
    asked: ListFile = facts.criteria
    made = files_of(facts.run_id).first()
    if asked.is_mailed and made is not None:
        tell_of_file(facts=facts, member=_asker(asked), file=made)


LIST_FILE = RunKind(
    name="list_file",
    title=say("List as XLSX"),
    says=say("Writes every row of a list into a workbook."),
    criteria=ListFile,
    select=_select,
    execute=_write_list,
    finish=_tell,
    permissions=EXPORT,
    noun=say("list"),
    is_askers=True,
    batch=1,
    has_definitions=False,
)
REPORT_FILE = RunKind(
    name="report_file",
    title=say("Report as XLSX"),
    says=say("Writes a report into a workbook."),
    criteria=ReportFile,
    select=_select,
    execute=_write_report,
    permissions=EXPORT,
    noun=say("report"),
    batch=1,
    has_definitions=False,
)
