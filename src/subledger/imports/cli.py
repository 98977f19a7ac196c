"""``subledger import``: a foreign file into the books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books
from subledger.kernel.money import to_decimal

if TYPE_CHECKING:
    from subledger.import_kit.report import ImportReport
    from subledger.import_kit.report import Progress as OnProgress

INTERRUPTED = 130  # as shells count: 128 and the signal
SHOWN = 20  # rejected rows on the terminal; the file has all of them


def import_command(
    kind: Annotated[
        str,
        typer.Argument(help="What the file holds, such as invoices.", metavar="KIND"),
    ],
    file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .parquet file with one header row.")],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeatable."),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Columns, values and formats of a foreign file.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(metavar="FMT", help="As of strptime, such as %d/%m/%Y; ISO days otherwise.")
    ] = None,
    number_format: Annotated[
        str | None,
        typer.Option(
            metavar="EXAMPLE", help="How numbers are written, such as '1,234.56' or '1.234,56'; else by what they show."
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CUR", help="Of rows that name none.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it, report it, and undo it.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows of a file with bad ones.")] = False,
    create_missing: Annotated[
        bool,
        typer.Option("--create-missing", help="Create accounts, customers and products that the books lack."),
    ] = False,
    accept_due_dates: Annotated[
        bool, typer.Option("--accept-due-dates", help="Keep due dates outside the credit rule's window.")
    ] = False,
    accept_old_days: Annotated[
        bool, typer.Option("--accept-old-days", help="Keep posting days long past, and due dates far ahead.")
    ] = False,
    accept_rates: Annotated[
        bool, typer.Option("--accept-rates", help="Keep exchange rates far from the rate before them.")
    ] = False,
    suspense: Annotated[
        bool, typer.Option("--suspense", help="Payments that cannot be placed go to the suspense account.")
    ] = False,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Post payments that look like those of another file, too.")
    ] = False,
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A choice that this kind of file has and others have not; repeatable."),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where rejected rows go.", show_default="FILE.rejected.csv"),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a workbook; else the one with a header of this kind.")
    ] = None,
    header_line: Annotated[
        int | None, typer.Option(metavar="LINE", min=1, help="Where the header is, if it is not found by its names.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of CSV that is not UTF-8, such as cp1252.")
    ] = None,
    company: CompanyOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import a file: everything in it, or nothing when a row is bad; twice is once."""
    mapping, interrupted = _mapping(map_ or []), False
    with company_books(company):
        from subledger.import_kit.files import Layout
        from subledger.imports.errors import ImportInterrupted, ImportKindUnknown
        from subledger.imports.orders import order_of
        from subledger.imports.registry import kinds
        from subledger.imports.services import import_now, try_import

        if kind not in kinds():
            raise typer.BadParameter(str(ImportKindUnknown(kind, kinds())), param_hint="KIND")
        chosen: dict[str, Any] = {
            "create_missing": create_missing,
            "accept_due_dates": accept_due_dates,
            "accept_old_days": accept_old_days,
            "accept_rates": accept_rates,
            "suspense": suspense,
            "keep_duplicates": keep_duplicates,
            **{name.replace("-", "_"): True for name in choose or ()},
        }
        order = order_of(
            kind,
            mapping=mapping,
            rules=rules,
            date_format=date_format,
            number_format=number_format,
            currency=currency,
            layout=Layout(sheet, header_line, encoding),
            skip_bad=skip_bad,
            **chosen,
        )
        with _progress() as progress:
            todo = try_import if dry_run else import_now
            try:
                report = todo(order, file, rejected_to=rejected, actor=ACTOR, progress=progress)
            except ImportInterrupted as stopped:
                interrupted, report = True, stopped.report
    if interrupted:
        _say_interrupted(report)
        raise typer.Exit(INTERRUPTED)
    if report.rejections and (format is not Format.TABLE or not report.is_kept or skip_bad):
        _print_rejections(report, format)
    typer.echo("\n".join(summary(report)), err=format is not Format.TABLE)
    if report.rejected and not report.is_kept:
        if not report.is_dry_run:
            typer.echo("Nothing was imported. Correct the rows, or import the others with --skip-bad.", err=True)
        raise typer.Exit(1)
    if report.duplicates:
        raise typer.Exit(1)  # not all of what was asked for was done


def _say_interrupted(report: ImportReport) -> None:
    if not report.is_kept:
        typer.echo("Interrupted. Nothing was imported: import the file again.", err=True)
        return
    typer.echo("\n".join(summary(report)), err=True)
    left = f" The rest is in {report.rejected_file}: import that file to go on." if report.rejected_file else ""
    typer.echo(f"Interrupted. What was imported stays.{left}", err=True)


def summary(report: ImportReport) -> Iterator[str]:
    """What came of the file, in a few lines."""
    from subledger.file_kit.cells import hidden_rows_note

    would = "would be " if report.is_dry_run or not report.is_kept else ""
    money = ", ".join(f"{to_decimal(minor, code):,} {code.upper()}" for code, minor in sorted(report.totals.items()))
    yield (
        f"{report.file}: {report.read} rows of {report.kind} read, {report.created} {would}created"
        + (f" ({money})" if money else "")
        + f", {report.unchanged} unchanged, {report.rejected} rows rejected."
    )
    for things, count in report.created_also.items():
        if count:
            yield f"{count} {things} that the books lacked {would}created."
    if report.set_aside:
        yield f"{report.set_aside} payments could not be placed: {would}on the suspense account."
    if report.receipts:
        yield f"{report.receipts} receipts {would}sent to customers by themselves, as the message settings say."
    if report.duplicates:
        yield f"{report.duplicates} payments look like payments of earlier imports, and are left out:"
        for one in report.looks_imported[:SHOWN]:
            yield f"  line {one.line}: {one.reason}"
        if report.duplicates > SHOWN:
            yield f"  … and {report.duplicates - SHOWN} more."
    if report.hidden:
        yield hidden_rows_note(report.hidden)
    if report.extra_columns:
        yield f"Columns that hold no field, ignored: {', '.join(report.extra_columns)}."
    for code, count in sorted(report.codes.items()):
        yield f"  {code}: {count} rows"
    if report.rejected_file:
        yield f"The rejected rows, with their reasons, are in {report.rejected_file}."
    if report.is_dry_run:
        yield "A dry run: nothing was kept."


def _print_rejections(report: ImportReport, format: Format) -> None:
    rows = [rejection._asdict() for rejection in report.rejections]
    shown = rows[:SHOWN] if format is Format.TABLE else rows
    print_rows(shown, ["line", "column", "code", "reason"], format, numeric=["line"])
    if len(shown) < report.rejected:
        where = f", all in {report.rejected_file}" if report.rejected_file else ""
        typer.echo(f"… and {report.rejected - len(shown)} more{where}.", err=format is not Format.TABLE)


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise typer.BadParameter(f"{pair!r} is not FIELD=COLUMN.", param_hint="--map")
        mapping[field.strip()] = column.strip()
    return mapping


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """A bar per stage on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, int] = {}

        def on_progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield on_progress


COMMANDS = CommandFace(commands={"import": import_command})
