"""Reports by name, and the general journal for other books."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books

if TYPE_CHECKING:
    from subledger.report_kit.tables import Column, Table

export = typer.Typer(help="The books as files for other programs.", no_args_is_help=True)

DAY: dict[str, Any] = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}


JOURNAL_FORMATS = ("beancount", "csv")


def report(
    name: Annotated[str, typer.Argument(help="Which report; `list` names them all.")],
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", help="End of this day.", show_default="today", **DAY)
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option("--from", help="First day.", show_default="1 January of --to's year", **DAY),
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", help="Last day, included.", show_default="today", **DAY)
    ] = None,
    compare: Annotated[
        datetime | None, typer.Option(help="Beside it the balances at the end of this day.", **DAY)
    ] = None,
    account: Annotated[str | None, typer.Option(help="Only this account: code, number or id.")] = None,
    ledger_account: Annotated[str | None, typer.Option(help="The account of the chart: its code.")] = None,
    classification: Annotated[str | None, typer.Option(help="Only this classification.")] = None,
    late: Annotated[str | None, typer.Option(help="Only this bucket of the ageing, such as days_1_30.")] = None,
    currency: Annotated[str | None, typer.Option(help="Only this currency.")] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Days late from the agreed day of a promise, or from the due date.", metavar="agreed|due"),
    ] = None,
    accounts: Annotated[
        str | None,
        typer.Option(help="Whose: customers' or your own.", metavar="customers|own|all"),
    ] = None,
    base: Annotated[bool, typer.Option("--base", help="In base currency.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a file: .csv, .xlsx or .json.")] = None,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Print a report, or write it to a file. Amounts in JSON are minor units."""
    with company_books(company):
        from subledger.report_kit.files import FORMATS, form_of
        from subledger.reports.catalogue import report_named, reports

        form = form_of(out) if out else FORMATS[format] if format is not Format.TABLE else None
        if name == "list":
            for each in reports().values():
                typer.echo(f"{each.name:18} {each.about}")
            return
        chosen = report_named(name)
        days = {"as_of": _day(as_of), "from": _day(start), "to": _day(end), "compare": _day(compare)}
        values = {
            **days,
            "account": account,
            "ledger_account": ledger_account,
            "classification": classification,
            "late": late,
            "currency": currency,
            "by": by,
            "accounts": accounts,
            "base": base,
        }
        if form is None:
            print_table(chosen.title, chosen.run(**values))
            return
        stream = chosen.stream(**values)
        with _opened(out) as file:
            form.write(stream, file)
        if out:
            typer.echo(f"{chosen.title}: {stream.number} rows written to {out}.", err=True)


@export.command("journal")
def export_journal(
    to: Annotated[
        list[str],
        typer.Option(
            metavar="beancount|csv|YYYY-MM-DD",
            help="The format; given once more with a day, the last day to export.",
            show_default="today",
        ),
    ],
    start: Annotated[
        datetime | None,
        typer.Option("--from", help="First day; what was before becomes opening balances.", **DAY),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here, not on standard output.")] = None,
    company: CompanyOption = None,
) -> None:
    """Export the general journal for other books."""
    format, end = _format_and_end(to)
    with company_books(company) as owner:
        from subledger.kernel.days import EARLIEST, check_day
        from subledger.kernel.sentences import say
        from subledger.platform import clock
        from subledger.report_kit.files import write_csv
        from subledger.reports.beancount import beancount_file
        from subledger.reports.catalogue import report_named

        today = clock.today(owner.time_zone)
        last = min(end or today, today)
        first = check_day(_day(start) or EARLIEST, what=say("calendar day"), param="--from")
        if first > last:
            raise CommandRefused(f"{first} is after {last}. Put the earlier day first.", param="--from")
        if format == "beancount":
            content = beancount_file(start=first, end=last).encode()
            with _opened(out) as file:
                file.write(content)
            return
        stream = report_named("general-journal").stream(**{"from": first, "to": last})
        with _opened(out) as file:
            write_csv(stream, file)


@export.command("month")
def export_month(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-04.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The .zip file to write.", show_default=False)],
    company: CompanyOption = None,
) -> None:
    """Write every report of a month into one file: each as XLSX and CSV, with check.json, which proves them."""
    with company_books(company):
        from subledger.journal.month_end import Month
        from subledger.reports.orders import order_month_export
        from subledger.runs.queries import content_of, files_of
        from subledger.runs.services.files import note_fetched
        from subledger.runs.services.worker import carry_out

        run = order_month_export(month=Month.read(month), actor=ACTOR)
        ended = carry_out(run.pk)
        made = files_of(run.pk).first()
        if made is None:
            raise CommandRefused(f"{ended.name} is {ended.state}. {ended.error}".strip())
        with _opened(out) as file:
            file.writelines(content_of(made))
        note_fetched(file=made)
        typer.echo(f"{made.name} written to {out}.", err=True)


def _format_and_end(values: Sequence[str]) -> tuple[str, date | None]:
    """What `--to` says: a format, and perhaps a last day."""
    formats = [value for value in values if value in JOURNAL_FORMATS]
    days = [value for value in values if value not in JOURNAL_FORMATS]
    try:
        [format] = formats
        [end] = [date.fromisoformat(value) for value in days] if days else [None]
    except ValueError:
        raise typer.BadParameter(
            f"say beancount or csv once, and perhaps a day as YYYY-MM-DD; not {', '.join(values)}",
            param_hint="--to",
        ) from None
    return format, end


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes]]:
    """The file to write to, made anew; standard output where there is none."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise CommandRefused(f"Cannot write {path}: {error.strerror}. Choose another --out.") from error


def print_table(title: str, table: Table) -> None:
    """A report as people read it: thousands apart, a dash for nothing, totals below."""
    from subledger.report_kit.files import shower
    from subledger.report_kit.tables import Kind

    show = shower(table)
    span = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in table.parameters.items())
    grid = Grid(title=f"{title}: {span}", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        right = column.kind in (Kind.MONEY, Kind.INT)
        grid.add_column(column.label, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in table.rows:
        grid.add_row(*map(_cell, table.columns, show(row)))
    if table.totals:
        grid.add_section()
    for row in table.totals:
        cells = [
            "" if value is None else _cell(column, value)
            for column, value in zip(table.columns, show(row), strict=True)
        ]
        grid.add_row("Total" if not cells[0] else cells[0], *cells[1:], style="bold")
    # Not a terminal: no wrapping at 80 columns, a reader such as grep wants whole lines.
    width = None if sys.stdout.isatty() else 10_000
    Console(file=sys.stdout, width=width, markup=False, highlight=False).print(grid)


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return f"{value:,}" if value else "–"
    return str(value).replace("_", " ") if column.kind == "code" else str(value)


def explain(
    number: Annotated[str, typer.Argument(help="Number, reference number or back office code of a transaction.")],
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Say which credits settled a transaction, by which principle, and why the rest is open."""
    with company_books(company):
        from subledger.kernel.errors import NotFound
        from subledger.kernel.money import to_decimal
        from subledger.transactions.queries import explain as explanation_of
        from subledger.transactions.queries import search_transactions

        found = search_transactions(number).first()
        if found is None:
            raise NotFound("transaction", number)
        explanation = explanation_of(found.pk)
        row = explanation.transaction
        links = [
            {
                "credit": link.credit.number,
                "debit": link.debit.number,
                "amount": f"{to_decimal(link.minor, row.currency)}",
                "principle": link.principle,
                "from": f"{link.allocated_on}",
                "until": f"{link.released_on or ''}",
                "released": link.release_reason or "",
            }
            for link in (*explanation.live, *explanation.released)
        ]
        still_open = (
            f"{to_decimal(explanation.open_minor, row.currency)} of {to_decimal(row.amount_minor, row.currency)}"
        )
        heading = f"{row}: {row.state}, open {still_open} {row.currency.upper()}. {explanation.sentence}"
    typer.echo(heading, err=format is not Format.TABLE)
    columns = ["credit", "debit", "amount", "principle", "from", "until", "released"]
    print_rows(links, columns, format, numeric=["amount"])
