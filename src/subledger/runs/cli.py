"""``subledger run``: definitions, previews, executions, progress, and who stops them."""

from __future__ import annotations

import time
from contextvars import ContextVar
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books
from subledger.kernel.money import Money

if TYPE_CHECKING:
    from subledger.runs.models import Run, RunDefinition
    from subledger.runs.queries import Tally


class ByKind(TyperGroup):
    """``subledger run KIND NAME`` executes a definition of that kind: any other word than a command's is a kind's."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        execute = super().get_command(ctx, "execute")
        if found is not None or execute is None:
            return found
        of_kind = copy(execute)
        of_kind.name = cmd_name

        def executed(**said: Any) -> Any:
            assert execute.callback is not None
            token = kind_wanted.set(cmd_name)
            try:
                return execute.callback(**said)
            finally:
                kind_wanted.reset(token)

        of_kind.callback = executed
        return of_kind


kind_wanted: ContextVar[str] = ContextVar("run_kind_wanted", default="")
run = typer.Typer(cls=ByKind, help="Runs: over many things at once, by definition and schedule.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the run definition.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Its id; or its name: the one under way, or the last.")]
AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day it is frozen on; today otherwise.")
]
LOOK_SECONDS = 0.5
TALLIES = ["outcome", "reason", "steps", "amount"]


@run.command("definitions")
def definitions(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """The run definitions there are, and when each is due next."""
    with company_books(company) as owner:
        from subledger.companies.queries import company_zone
        from subledger.platform import clock
        from subledger.runs.queries import definitions as all_definitions
        from subledger.runs.services.definitions import schedule_words

        zone = company_zone()
        rows = [
            {
                "name": row.name, "kind": row.kind, "state": row.state,
                "schedule": schedule_words(row, zone),
                "next": row.next_at.astimezone(clock.zone_of(owner.time_zone)).isoformat() if row.next_at else "",
                "id": row.public_id,
            }
            for row in all_definitions().order_by("name")
        ]  # fmt: skip
    print_rows(rows, ["name", "kind", "state", "schedule", "next", "id"], format)


@run.command("preview")
def preview(
    name: NameArgument, as_of: AsOfOption = None, format: FormatOption = Format.TABLE, company: CompanyOption = None
) -> None:
    """What an execution would do, and what it would leave alone and why. Nothing is kept."""
    with company_books(company):
        from subledger.runs.queries import definition_named
        from subledger.runs.services.start import preview as look_ahead

        definition = _of_kind(definition_named(name))
        shown = look_ahead(definition_id=definition.pk, as_of=as_of.date() if as_of else None, limit=1)
        rows = _rows(definition.kind, shown.tallies)
    print_rows(rows, TALLIES, format, numeric=["steps"])


@run.command("execute")
def execute(
    name: NameArgument,
    as_of: AsOfOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Preview it: nothing is kept.")] = False,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Execute a run definition now, in this process: no worker is needed. Workers finish one that is stopped.

    `subledger run KIND NAME` does the same of a definition of that kind alone.
    """
    if dry_run:
        preview(name, as_of, format, company)
        return
    with company_books(company):
        from subledger.runs.queries import definition_named
        from subledger.runs.services.start import start_definition

        started = start_definition(
            definition_id=_of_kind(definition_named(name)).pk, as_of=as_of.date() if as_of else None, actor=ACTOR
        )
        ended = _carry_out(started.pk)
        rows = _rows_of(ended)
    print_rows(rows, TALLIES, format, numeric=["steps"])
    _say_end(ended, is_error=format is not Format.TABLE)


@run.command("watch")
def watch(
    run: RunArgument,
    once: Annotated[bool, typer.Option("--once", help="Say how far it is and stop.")] = False,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Progress of a run until it ends or is paused."""
    with company_books(company):
        from subledger.runs.queries import run_by_id

        found = _run(run)
        if not once:
            with _bar() as bar:
                task = bar.add_task(found.name)
                while True:
                    found = run_by_id(found.pk)
                    _show(bar, task, found)
                    if found.state not in ("waiting", "running"):
                        break
                    time.sleep(LOOK_SECONDS)
        rows = _rows_of(found)
    print_rows(rows, TALLIES, format, numeric=["steps"])
    _say_end(found, is_error=format is not Format.TABLE, may_be_open=once)


@run.command("pause")
def pause(run: RunArgument, company: CompanyOption = None) -> None:
    """Stop a run after the batch in hand. It keeps its place."""
    with company_books(company):
        from subledger.runs.services.control import pause_run

        paused = pause_run(run_id=_run(run).pk, actor=ACTOR)
    typer.echo(f"{paused.name} is paused. Go on with `subledger run resume {paused.public_id}`.")


@run.command("resume")
def resume(run: RunArgument, company: CompanyOption = None) -> None:
    """Have workers go on with a paused run where it stands."""
    with company_books(company):
        from subledger.runs.services.control import resume_run

        resumed = resume_run(run_id=_run(run).pk, actor=ACTOR)
    typer.echo(f"{resumed.name} goes on.")


@run.command("cancel")
def cancel(run: RunArgument, company: CompanyOption = None) -> None:
    """Do not do the rest of a run. What it did stays."""
    with company_books(company):
        from subledger.runs.services.control import cancel_run

        cancelled = cancel_run(run_id=_run(run).pk, actor=ACTOR)
    typer.echo(f"{cancelled.name} is cancelled. What it did is kept.")


def _of_kind(definition: RunDefinition) -> RunDefinition:
    """The definition, unless a kind was named that is not its own. RunKindUnknown, NotFound."""
    from subledger.kernel.errors import NotFound
    from subledger.runs.registry import kind_named

    wanted = kind_wanted.get()
    if wanted and kind_named(wanted).name != definition.kind:
        raise NotFound(f"run definition of the kind {wanted!r}", definition.name)
    return definition


def _run(name: str) -> Run:
    from subledger.kernel import ids
    from subledger.runs.models import Run
    from subledger.runs.queries import open_run_named, run_by_id

    try:
        ident = ids.decode(Run.PREFIX, name)
    except ValueError:
        return open_run_named(name)
    return run_by_id(ident)


def _carry_out(run_id: int) -> Run:
    from subledger.runs.services.worker import carry_out

    with _bar() as bar:
        task = bar.add_task("")
        return carry_out(run_id, progress=lambda at: _show(bar, task, at))


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _show(bar: Progress, task: Any, found: Run) -> None:
    from subledger.runs.queries import in_hand, progress_of

    if not bar.disable:
        at, doing = progress_of(found), in_hand(found)
        said = f"{found.name}: {found.stage}" + (f" ({doing})" if doing else "")
        bar.update(task, description=said, completed=at.done, total=at.total or None)


def _rows_of(found: Run) -> list[dict[str, Any]]:
    from subledger.runs.queries import tallies_of

    return _rows(found.kind, tallies_of(found.pk))


def _rows(kind: str, tallies: Any) -> list[dict[str, Any]]:
    from subledger.runs.registry import kind_named

    known = kind_named(kind)

    def row(each: Tally) -> dict[str, Any]:
        return {
            "outcome": str(each.outcome).replace("_", " "),
            "reason": known.reason(each.reason) if each.reason else "",
            "steps": each.steps,
            "amount": str(Money(each.amount_minor, each.currency)) if each.currency else "",
        }

    return [row(each) for each in tallies]


def _say_end(found: Run, *, is_error: bool, may_be_open: bool = False) -> None:
    why = f": {found.error}" if found.error else ""
    if found.state == "running" and found.stage == "finish":
        typer.echo(f"{found.name} has done its steps. What they began goes on, by workers.", err=is_error)
        return
    typer.echo(f"{found.name} is {found.state.replace('_', ' ')}{why}", err=is_error)
    if found.state != "completed" and not (may_be_open and found.state in ("waiting", "running", "paused")):
        raise typer.Exit(1)


COMMANDS = CommandFace(groups={"run": run})
