"""``subledger account``: what cannot be undone of an account, asked for by command."""

from __future__ import annotations

from typing import Annotated

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.outcomes import OutcomeOption, agreed
from subledger.cli_kit.runtime import ACTOR, CompanyOption, company_books
from subledger.kernel.errors import NotFound

account = typer.Typer(help="Receivable accounts.", no_args_is_help=True)


@account.callback()
def _group() -> None:
    """Receivable accounts."""  # a group of one command needs it to stay a group


@account.command("terminate")
def terminate(
    number: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its number, or its code in your other systems.")],
    reason: Annotated[str, typer.Option(help="Kept on the account's timeline.")] = "",
    outcome: OutcomeOption = None,
    company: CompanyOption = None,
) -> None:
    """Print what terminating an account leaves on it and stops, ask, and terminate it: there is no way back."""
    with company_books(company):
        from subledger.accounts.queries import account_by_name
        from subledger.accounts.services import change_account_state
        from subledger.accounts.termination import termination_of

        row = account_by_name(number)
        if row is None:
            raise NotFound("account", number)
        found = termination_of(row)
        comes_to = [
            f"Terminate account {row.number}, {row.name}: this cannot be undone.",
            *(f"Left on it for ever: {words}." for words in found.left),
            *(f"Stopped: {words}." for words in found.stopped),
            *(["Nothing is open on it."] if found.is_clear else []),
        ]
        shown = agreed(found.outcome, comes_to=comes_to, given=outcome)
        change_account_state(account_id=row.pk, action="terminate", reason=reason, expected_outcome=shown, actor=ACTOR)
        typer.echo(f"Account {row.number} is terminated.")


COMMANDS = CommandFace(groups={"account": account})
