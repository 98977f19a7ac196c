"""What people may choose of files that name accounts."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.import_kit.options import Choices, choice
from subledger.kernel.sentences import say


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChoices(Choices):
    """``create_missing``: open accounts, with their customers, and create what else the books lack.
    ``accept_old_days``: keep posting days long past, and due dates far ahead.
    """

    create_missing: bool = choice(say("Create accounts and products that are missing"))
    accept_old_days: bool = choice(say("Keep posting days long past, and due dates far ahead"))

    def needed(self) -> tuple[str, ...]:
        return ("customers.edit", "accounts.edit") if self.create_missing else ()
