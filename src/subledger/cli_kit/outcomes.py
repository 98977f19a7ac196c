"""What a command that cannot be undone comes to: printed before it is done, and agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

__all__ = ["OutcomeOption", "agreed"]

OutcomeOption = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="OUTCOME", help="Go ahead with what was printed under this outcome, and do not ask."
    ),
]


def agreed(outcome: str, *, comes_to: Iterable[str], given: str | None) -> str:
    """Print what it ``comes_to`` and its ``outcome``; the outcome to hold it to: the one ``given``, or this one once
    somebody has said yes. Whoever says no, or is nobody, ends the command."""
    for line in comes_to:
        typer.echo(line)
    typer.echo(f"Outcome: {outcome}")
    if given is not None:
        return given
    typer.confirm("Go ahead?", abort=True)
    return outcome
