"""``subledger period``: closing and reopening the books by command."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.outcomes import OutcomeOption, agreed
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books

period = typer.Typer(help="Accounting periods: closed, and taken back.", no_args_is_help=True)


@period.command("close")
def close(
    through: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY", help="The last day to close, such as 2026-04-30.")
    ],
    outcome: OutcomeOption = None,
    company: CompanyOption = None,
) -> None:
    """Print what closing the books through a day comes to, ask, and close them."""
    with company_books(company):
        from subledger.journal.closure import closing_of
        from subledger.journal.services import close_period

        found = closing_of(through.date())
        shown = agreed(found.outcome, comes_to=found.words(), given=outcome)
        row = close_period(through=found.through, expected_outcome=shown, actor=ACTOR)
        typer.echo(f"The books are closed through {row.through}.")


@period.command("reopen")
def reopen(
    reason: Annotated[str, typer.Option(help="Why: it is kept in the audit trail.")],
    outcome: OutcomeOption = None,
    company: CompanyOption = None,
) -> None:
    """Print what taking back the latest closing comes to, ask, and take it back."""
    with company_books(company):
        from subledger.journal.closure import reopening
        from subledger.journal.services import reopen_period

        found = reopening()
        shown = agreed(found.outcome, comes_to=found.words(), given=outcome)
        reopen_period(reason=reason, expected_outcome=shown, actor=ACTOR)
        typer.echo(f"The period through {found.period.through} is open again.")


@period.command("check")
def check(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-04.")],
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Print what is to be looked at before a month is closed; exit 1 where something is left and not marked."""
    with company_books(company):
        from subledger.journal.month_end import Month, lines_of

        lines = lines_of(Month.read(month))
        rows = [
            {
                "line": line.item.title,
                "stands": "clear" if line.looked and line.looked.is_clear else "done" if line.mark else "to do",
                "says": "\n".join((line.looked.words, *line.looked.lines)) if line.looked else "",
                "done_by": line.mark.done_by if line.mark else "",
            }
            for line in lines
        ]
        print_rows(rows, ["line", "stands", "says", "done_by"], format)
        left = any(row["stands"] == "to do" or line.has_changed for row, line in zip(rows, lines, strict=True))
    if left:
        raise typer.Exit(1)


COMMANDS = CommandFace(groups={"period": period})
