"""The books that a command works on: a database that answers, Django set up, a company in scope.

How they are opened is known to the console script alone, which hands it in (`provide`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

import typer

from subledger.kernel.errors import DomainError

ACTOR = "cli"

CompanyOption = Annotated[
    str | None, typer.Option("--company", metavar="CODE", help="Whose books; needed when there are several.")
]


class CommandRefused(DomainError):
    """A command cannot do what it was asked to, for a reason that only the command line knows."""

    code = "command_refused"
    status = 400


_open_books: Callable[[], AbstractContextManager[None]]
_enter_company: Callable[[str | None], AbstractContextManager[Any]]


def provide(
    *,
    open_books: Callable[[], AbstractContextManager[None]],
    enter_company: Callable[[str | None], AbstractContextManager[Any]],
) -> None:
    """Say how books are opened, and how a company of them is entered, by its code or as the only one there is."""
    global _open_books, _enter_company
    _open_books, _enter_company = open_books, enter_company


@contextmanager
def books() -> Iterator[None]:
    """Django over the database in use, for the length of one command."""
    with _open_books():
        yield


@contextmanager
def company_books(code: str | None) -> Iterator[Any]:
    """`books` with one company in scope, which it gives: the one named, or the only one there is."""
    with _open_books(), _enter_company(code) as company:
        yield company


def which_company(code: str | None, known: Sequence[Any]) -> str:
    """What to say to somebody who named no company of those there are, or none where there are several."""
    if not known:
        return "There is no company yet. `subledger migrate` makes the first one."
    asked = f"There is no company {code!r}." if code is not None else "There are several companies."
    return f"{asked} Say which with --company; there are: {', '.join(each.code for each in known)}."
