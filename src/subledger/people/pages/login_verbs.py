"""Words of pages about people: what can be done about a login, and what an invitation is called."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column
from subledger.people.models import Invitation

VERBS: dict[str, tuple[str, str, list[str]]] = {
    "deactivate": (
        say("Deactivate the login"),
        say("Deactivate the login of {name}?"),
        [
            say("They are logged out at once and cannot log in any more."),
            say("What they did stays. You can reactivate it."),
        ],
    ),
    "reactivate": (
        say("Reactivate the login"),
        say("Let {name} log in again?"),
        [say("Their password and role are as they were.")],
    ),
    "password": (
        say("Link to set a new password"),
        say("Make a link with which {name} sets a new password?"),
        [
            say("Whoever opens it can log in as them: hand it to them alone."),
            say("It stands on the trail that you made it."),
        ],
    ),
    "factor": (
        say("Remove the second factor"),
        say("Remove the second factor of {name}, who has lost it?"),
        [say("They are logged out everywhere."), say("Be sure that it is they who ask.")],
    ),
}


@dataclass(frozen=True)
class InvitedColumn(Column):
    def value(self, row: Invitation) -> str:
        return row.name or row.email or say("Whoever has the link")
