"""``subledger mail``: whether mail goes out."""

from __future__ import annotations

from typing import Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import CompanyOption, books, company_books

mail = typer.Typer(help="E-mail: a test, and what was sent.", no_args_is_help=True)


@mail.command("test")
def send_test(address: Annotated[str, typer.Argument(help="Who gets it.")]) -> None:
    """Send a test message at once, by the mail server that is set."""
    with books():
        from django.conf import settings

        from subledger.messages.services import trials

        trials.send_test(address=address)
        folder = getattr(settings, "EMAIL_FILE_PATH", "a folder")
        if settings.MAIL_GOES_OUT:
            typer.echo(f"The mail server took a message to {address}.")
        else:
            typer.echo(f"No mail server is set: it was written to {folder}. Set SUBLEDGER_SMTP_URL.")


@mail.command("list")
def list_messages(
    state: Annotated[str, typer.Option(help="queued, sent, failed, suppressed or bounced; all if left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """The messages of a company, newest first."""
    with company_books(company):
        from subledger.messages.models import Message

        found = Message.objects.order_by("-pk")
        rows = [
            {
                "id": row.public_id,
                "written_at": row.created_at.isoformat(timespec="seconds"),
                "to": row.recipient,
                "subject": row.subject,
                "state": row.state,
                "tries": row.tries,
                "next_try_at": row.send_at.isoformat(timespec="seconds") if row.send_at else "",
                "why": row.trouble,
            }
            for row in (found.filter(state=state) if state else found)[:limit]
        ]
    print_rows(rows, ["id", "written_at", "to", "subject", "state", "tries", "next_try_at", "why"], format)


COMMANDS = CommandFace(groups={"mail": mail})
