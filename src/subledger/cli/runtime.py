"""What every command stands on: a database that answers, Django set up, a company in scope."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from subledger.cli_kit.runtime import CommandRefused, provide, which_company

if TYPE_CHECKING:
    from subledger.companies.models import Company


@contextmanager
def books(*, to_migrate: bool = False, tells: bool = False) -> Iterator[None]:
    """Django over the database in use, for the length of one command.

    A database that is wrong for this version is refused first; ``to_migrate``: by whoever then brings it up.
    ``tells``: standard error says at once what is begun, for it may take a minute.

    Without DATABASE_URL the embedded PostgreSQL is started, or joined where it runs already, and stopped at
    the end if nobody else uses it, also when the command ends by SIGTERM.
    """
    from subledger.config import embedded_postgres, environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subledger.config.settings")
    is_ours = environment.load().database_url is None
    if tells:
        tell("Starting PostgreSQL …" if is_ours else "Connecting to the database …")
    if not is_ours:
        _set_up_django()
        _refuse_unfit(to_migrate)
        yield
        return
    signal.signal(signal.SIGTERM, _end)
    with embedded_postgres.running(environment.load().data_dir):
        _set_up_django()
        try:
            _refuse_unfit(to_migrate)
            yield
        finally:
            from django.db import connections

            connections.close_all()


@contextmanager
def enter_company(code: str | None) -> Iterator[Company]:
    """One company of the open books in scope: the one named, or the only one there is."""
    from subledger.companies.models import Company
    from subledger.platform.scope import company_scope

    known = list(Company.objects.order_by("code"))
    chosen = [company for company in known if code in (None, company.code)]
    if len(chosen) != 1:
        raise CommandRefused(which_company(code, known), param="--company")
    with company_scope(chosen[0].pk):
        yield chosen[0]


def tell(doing: str) -> None:
    """Say what a command is doing, to whoever waits for it."""
    typer.echo(doing, err=True)


def _set_up_django() -> None:
    import django

    django.setup()


def _refuse_unfit(to_migrate: bool) -> None:
    from subledger.cli.database import refuse_other_tables, refuse_unfit_server

    if not to_migrate:
        refuse_unfit_server()
        refuse_other_tables()


provide(open_books=books, enter_company=enter_company)


def _end(_signal: int, _frame: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)
