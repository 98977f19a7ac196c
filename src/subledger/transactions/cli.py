"""``subledger printout`` and ``subledger communicate``: documents as files, and as messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books
from subledger.documents.values import FileFormat
from subledger.kernel.errors import DomainError, Door, NotFound

if TYPE_CHECKING:
    from subledger.accounts.models import Account
    from subledger.documents.bundles import Result
    from subledger.documents.services import Printable
    from subledger.transactions.models import Transaction

TOGETHER = 200  # documents that are read at a time


def printout(
    things: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Numbers or ids of transactions; of accounts for statements."),
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
    group: Annotated[
        bool, typer.Option("--group", help="Statements with the accounts below: each account's part, and all together.")
    ] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="Reprint what was printed before, with the letterhead of today.")
    ] = False,
    company: CompanyOption = None,
) -> None:
    """Print invoices, receipts and statements of account into files."""
    with company_books(company) as owner:
        from subledger.documents.bundles import WRITERS, Bundle
        from subledger.platform import clock
        from subledger.transactions.printouts import STATEMENT_SPAN

        today = clock.today(owner.time_zone)
        last = to.date() if to else today
        first = since.date() if since else last - STATEMENT_SPAN
        printables = (
            one
            for at in range(0, len(things), TOGETHER)
            for one in _printables(things[at : at + TOGETHER], language, first, last, today, group)
        )
        failed: list[Result] = []

        def results() -> Iterator[Result]:
            for one in printables:
                result = _printed(one, format, is_renewed=renew)
                typer.echo(result.printed.name if result.printed else f"{result.name}: {result.why}")
                for words in result.printed.warnings if result.printed else ():
                    typer.echo(words, err=True)
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


def _printables(
    things: list[str], language: str, first: date, last: date, today: date, is_group: bool
) -> list[Printable]:
    from subledger.transactions.printouts import (
        group_statement_printable,
        printables_of,
        statement_printable,
    )

    transactions, accounts = _named(things)
    made = group_statement_printable if is_group else statement_printable
    found = [made(account, start=first, end=last, today=today, language=language) for account in accounts]
    return [*printables_of([row.pk for row in transactions], language=language), *found]


def _named(things: list[str]) -> tuple[list[Transaction], list[Account]]:
    """What numbers and ids name. NotFound."""
    from subledger.accounts.queries import account_by_name
    from subledger.transactions.models import Transaction

    wanted = {thing: _pk(Transaction.PREFIX, thing) for thing in things if thing.startswith(f"{Transaction.PREFIX}_")}
    by_id = Transaction.objects.in_bulk(list(wanted.values()))
    by_number = {row.number: row for row in Transaction.objects.filter(number__in=things)}
    transactions: list[Transaction] = []
    accounts: list[Account] = []
    for thing in things:
        row = by_id.get(wanted[thing]) if thing in wanted else by_number.get(thing)
        account = None if row or thing in wanted else account_by_name(thing) or _account(thing)
        if row is not None:
            transactions.append(row)
        elif account is not None:
            accounts.append(account)
        else:
            raise NotFound("transaction" if thing in wanted else "transaction or account", thing)
    return transactions, accounts


def _account(public_id: str) -> Account | None:
    from subledger.accounts.models import Account

    found: Account | None = Account.objects.filter(pk=_pk(Account.PREFIX, public_id)).first()
    return found


def _pk(prefix: str, public_id: str) -> int:
    """0 where it is no id."""
    from subledger.kernel import ids

    try:
        return ids.decode(prefix, public_id)
    except ValueError:
        return 0


def communicate(
    thing: Annotated[
        str, typer.Argument(metavar="ID", help="The number or id of a transaction; of an account for its statement.")
    ],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ADDRESS", help="Repeatable; everybody who receives such messages if left out."),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="Such as pay_link; the usual one if left out.")] = "",
    language: Annotated[str, typer.Option("--language", help="Such as de; each recipient's if left out.")] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day of a statement; a year before its last."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Its last day; today if left out.")
    ] = None,
    document: Annotated[
        str,
        typer.Option(
            "--document",
            help="Which document goes along, such as facturx or group_pdf; none; as the template says if left out.",
        ),
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Send it although they got it already.")] = False,
    although_held: Annotated[
        bool, typer.Option("--although-held", help="Remind of an invoice although it is disputed or promised.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would get what, and send nothing.")] = False,
    company: CompanyOption = None,
) -> None:
    """Send a message of an invoice, credit note, payment or refund, or the statement of an account."""
    with company_books(company):
        from subledger.messages.services.distribution import distribute, distributed
        from subledger.messages.services.outbox import Wish, refuse_held

        transactions, accounts = _named([thing])
        of, pk = (transactions[0].classification, transactions[0].pk) if transactions else ("account", accounts[0].pk)
        wish = Wish(
            of=of,
            object_id=pk,
            kind=kind,
            language=language,
            document=document,
            start=since.date() if since else None,
            end=until.date() if until else None,
        )
        if dry_run:
            drafts = distributed(wish, to or ())
            refuse_held(drafts.drafts, is_confirmed=although_held)
            told = [(draft.written.recipient, draft.written.subject) for draft in drafts.drafts]
            left, warnings = drafts.left_out, drafts.warnings
        else:
            made = distribute(
                wish=wish, recipients=to or (), confirm_again=again, confirm_held=although_held, actor=ACTOR
            )
            told = [(message.recipient, message.subject) for message in made.messages]
            left, warnings = made.left_out, made.warnings
    for words in warnings:
        typer.echo(words, err=True)
    for recipient, subject in told:
        typer.echo(f"{recipient}: {subject}")
    for one in left:
        typer.echo(f"{one.recipient} gets no mail, because {one.why}.")


COMMANDS = CommandFace(commands={"printout": printout, "communicate": communicate})
