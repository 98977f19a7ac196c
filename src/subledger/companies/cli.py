"""``subledger numbers``: how documents are numbered, and which number comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books
from subledger.kernel.number_series import Restart

if TYPE_CHECKING:
    from subledger.companies.number_series import SeriesFacts

numbers = typer.Typer(help="Numbers of documents, accounts and customers.", no_args_is_help=True)
COLUMNS = ("series", "format", "restarts", "next")


@numbers.command("list")
def list_series(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """Print how each series is numbered, and its next number."""
    with company_books(company):
        from subledger.companies.number_series import number_series

        rows = [
            {
                "series": one.code,
                "format": one.numbering.format.text,
                "restarts": one.numbering.restarts.value,
                "next": one.next_numbers[0],
            }
            for one in number_series()
        ]
        print_rows(rows, COLUMNS, format)


@numbers.command("set")
def set_series(
    series: Annotated[str, typer.Argument(metavar="SERIES", help="Such as invoice; `numbers list` names them.")],
    written: Annotated[
        str | None,
        typer.Option("--format", help="Such as RE-{year}-{number:5}; {yy} and {month} may stand in it."),
    ] = None,
    restarts: Annotated[Restart | None, typer.Option(help="When it begins again at 1.")] = None,
    next_number: Annotated[int | None, typer.Option("--next", help="The number that comes next.")] = None,
    period: Annotated[
        str | None, typer.Option(help="The year, 2025, or month, 2025-11, that it is of; today's if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come next, and change nothing.")] = False,
    company: CompanyOption = None,
) -> None:
    """Number a series otherwise from the next document on; numbers that were given stay as they are."""
    with company_books(company):
        from subledger.companies.number_series import change_series, try_series

        facts: SeriesFacts
        if dry_run:
            facts = try_series(code=series, format=written, restarts=restarts, next_number=next_number, period=period)
        else:
            facts = change_series(
                code=series, format=written, restarts=restarts, next_number=next_number, period=period, actor=ACTOR
            )
        typer.echo(f"{'Would come' if dry_run else 'Next'}: {', '.join(facts.next_numbers)}")
        for one, number in facts.counters.items():
            typer.echo(f"{one}: {facts.numbering.format.text} goes on at {number}")


COMMANDS = CommandFace(groups={"numbers": numbers})
