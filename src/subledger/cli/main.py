"""``subledger``: one console script, its commands gathered from the modules beside this one."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from subledger.cli import (
    administration,
    backups,
    demo,
    server,
    status_report,
)
from subledger.cli.outages import database_refusal
from subledger.cli_kit.faces import CommandFace
from subledger.config.embedded_postgres import EmbeddedPostgresError
from subledger.config.environment import EnvironmentInvalid
from subledger.config.rooms import ROOMS
from subledger.kernel.errors import DomainError, Door
from subledger.platform.rooms import RoomsInvalid

BAD_USAGE = frozenset({"/number_format", "/date_format"})  # options that name one of a few


class RefusingGroup(TyperGroup):
    """A refusal is a message on standard error and exit status 1, or 2 where an option is at fault whatever the books
    and the file hold; never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        status = 1
        try:
            return super().invoke(ctx)
        except DomainError as error:
            refusal = error.text_for(Door.COMMAND)
            status = 2 if error.param in BAD_USAGE else 1
        except (EmbeddedPostgresError, EnvironmentInvalid, RoomsInvalid) as error:
            refusal = str(error)
        except Exception as error:
            refusal = database_refusal(error)
            if not refusal:
                raise
        typer.echo(refusal, err=True)
        raise typer.Exit(status)


app = typer.Typer(
    cls=RefusingGroup,
    help="Receivables on real books: invoices, payments and allocations over an immutable general journal.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"subledger {status_report.version()}")
        raise typer.Exit()


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Receivables on real books: invoices, payments and allocations over an immutable general journal."""


# Of the installation as a whole; what belongs to a room is found there.
app.command("serve")(server.serve)
app.command("worker")(server.worker)
app.command("status")(status_report.status)
app.command("demo")(demo.demo)
app.command("migrate")(administration.migrate)
app.command("settings")(administration.settings)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("createadmin")(administration.createadmin)
app.add_typer(administration.company, name="company")
app.add_typer(administration.person, name="person")
app.add_typer(administration.apikey, name="apikey")
for _room in ROOMS:
    if find_spec(f"{_room}.cli") is not None:
        _face: CommandFace = import_module(f"{_room}.cli").COMMANDS
        for _name, _command in _face.commands.items():
            app.command(_name)(_command)
        for _name, _group in _face.groups.items():
            app.add_typer(_group, name=_name)
