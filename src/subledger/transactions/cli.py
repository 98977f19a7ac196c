"""``subledger printout``: documents as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books
from subledger.documents.values import FileFormat
from subledger.kernel.errors import DomainError, Door, NotFound

if TYPE_CHECKING:
    from subledger.documents.bundles import Result
    from subledger.documents.services import Printable

TOGETHER = 200  # documents that are read at a time


def printout(
    things: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Numbers or ids of transactions; numbers of accounts for statements."),
    ],
    format: Annotated[FileFormat, typer.Option("--format", help="Of the files.")] = FileFormat.PDF,
    output: Annotated[
        Path,
        typer.Option("--output", help="A folder that is there, or a new .zip or .pdf file with all of them in it."),
    ] = Path(),
    language: Annotated[str, typer.Option("--language", help="Such as de; the customer's if left out.")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of a statement.")
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Its last day.")] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Print anew what was printed before, with the letterhead of today.")
    ] = False,
    company: CompanyOption = None,
) -> None:
    """Print invoices, receipts and statements of account into files."""
    with company_books(company) as owner:
        from subledger.documents.bundles import WRITERS, Bundle
        from subledger.platform import clock

        today = clock.today(owner.time_zone)
        last = to.date() if to else today
        first = since.date() if since else last - timedelta(days=365)
        printables = (
            one
            for at in range(0, len(things), TOGETHER)
            for one in _printables(things[at : at + TOGETHER], language, first, last, today)
        )
        failed: list[Result] = []

        def results() -> Iterator[Result]:
            for one in printables:
                result = _printed(one, format, is_renewed=renew)
                typer.echo(result.printed.name if result.printed else f"{result.name}: {result.why}")
                if result.printed is None:
                    failed.append(result)
                yield result

        bundle = {".zip": Bundle.ZIP, ".pdf": Bundle.PDF}.get(output.suffix)
        if bundle is Bundle.PDF and format is not FileFormat.PDF:
            raise CommandRefused("Only PDFs are put together in one PDF. Choose a zip or a folder, or --format pdf.")
        if bundle is not None:
            with output.open("xb") as file:
                WRITERS[bundle](results(), file)
        else:
            for result in results():
                if result.printed is not None:
                    (output / result.printed.name).write_bytes(result.printed.content)
        if failed:
            raise CommandRefused(f"{len(failed)} of {len(things)} could not be printed; why is said above.")


def _printed(printable: Printable, form: FileFormat, *, is_renewed: bool) -> Result:
    from django.db.transaction import atomic

    from subledger.documents.bundles import Result
    from subledger.documents.printouts import name_of
    from subledger.documents.services import print_document, renew_copy

    name = name_of(printable.document)
    try:
        with atomic():
            if is_renewed:
                renew_copy(printable, form=form, actor=ACTOR)
            return Result(name, print_document(printable, form=form, actor=ACTOR))
    except DomainError as refusal:
        return Result(name, None, refusal.text_for(Door.COMMAND))


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
