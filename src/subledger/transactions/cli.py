"""``subledger printout``: documents as files."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books
from subledger.documents.values import FileFormat
from subledger.kernel.errors import NotFound

if TYPE_CHECKING:
    from subledger.documents.services import Printable

TOGETHER = 200  # documents that are read at a time


def printout(
    things: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Numbers or ids of transactions; numbers of accounts for statements."),
    ],
    format: Annotated[FileFormat, typer.Option("--format", help="Of the files.")] = FileFormat.PDF,
    output: Annotated[
        Path, typer.Option("--output", help="A folder that is there, or a new .zip file for all of them.")
    ] = Path(),
    language: Annotated[str, typer.Option("--language", help="Such as de; the customer's if left out.")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of a statement.")
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Its last day.")] = None,
    company: CompanyOption = None,
) -> None:
    """Print invoices, receipts and statements of account into files."""
    with company_books(company) as owner:
        from subledger.documents.services import print_document
        from subledger.platform import clock

        today = clock.today(owner.time_zone)
        last = to.date() if to else today
        first = since.date() if since else last - timedelta(days=365)
        archive = zipfile.ZipFile(output, "x", zipfile.ZIP_DEFLATED) if output.suffix == ".zip" else None
        try:
            for at in range(0, len(things), TOGETHER):
                for one in _printables(things[at : at + TOGETHER], language, first, last, today):
                    printed = print_document(one, form=format, actor=ACTOR)
                    if archive is not None:
                        archive.writestr(printed.name, printed.content)
                    else:
                        (output / printed.name).write_bytes(printed.content)
                    typer.echo(printed.name)
        finally:
            if archive is not None:
                archive.close()


def _printables(things: list[str], language: str, first: date, last: date, today: date) -> list[Printable]:
    from subledger.accounts.queries import account_by_name
    from subledger.kernel import ids
    from subledger.transactions.models import Transaction
    from subledger.transactions.printouts import printables_of, statement_printable

    numbers = dict(Transaction.objects.filter(number__in=things).values_list("number", "pk"))
    transactions: list[int] = []
    found: list[Printable] = []
    for thing in things:
        if thing.startswith(f"{Transaction.PREFIX}_"):
            try:
                transactions.append(ids.decode(Transaction.PREFIX, thing))
            except ValueError:
                raise NotFound("transaction", thing) from None
        elif thing in numbers:
            transactions.append(numbers[thing])
        else:
            account = account_by_name(thing)
            if account is None:
                raise NotFound("transaction or account", thing)
            found.append(statement_printable(account, start=first, end=last, today=today, language=language))
    return [*printables_of(transactions, language=language), *found]


COMMANDS = CommandFace(commands={"printout": printout})
