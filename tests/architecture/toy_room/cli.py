"""``subledger toys``."""

from __future__ import annotations

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import CompanyOption, company_books

toys = typer.Typer(help="Toys that a company lends out.", no_args_is_help=True)


@toys.command("list")
def list_toys(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """The toys there are."""
    with company_books(company):
        from subledger.toys.models import Toy

        rows = [{"number": row.number, "name": row.name} for row in Toy.objects.all()]
    print_rows(rows, ["number", "name"], format)


@toys.command("count")
def count_toys(company: CompanyOption = None) -> None:
    """How many toys there are."""
    with company_books(company):
        from subledger.toys.models import Toy

        typer.echo(str(Toy.objects.count()))


COMMANDS = CommandFace(groups={"toys": toys})
