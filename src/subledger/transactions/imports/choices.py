"""What people may choose of files of transactions."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.accounts.imports.choices import AccountChoices
from subledger.import_kit.errors import ImportOptionInvalid
from subledger.import_kit.options import choice
from subledger.kernel.sentences import say


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChoices(AccountChoices):
    """``accept_due_dates``: keep due dates that the credit rule would not give."""

    accept_due_dates: bool = choice(say("Accept due dates outside the credit terms"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChoices(AccountChoices):
    """``suspense``: payments of unknown, terminated or another's accounts go to the suspense account.
    ``keep_duplicates``: post payments without a code of their own that look like those of another file.
    """

    suspense: bool = choice(say("Payments that fit no account go to the suspense account"))
    keep_duplicates: bool = choice(say("Keep payments that look like earlier ones"))

    def check(self) -> None:
        if self.suspense and self.create_missing:
            raise ImportOptionInvalid(
                say(
                    "The suspense account takes payments of accounts that the books lack, so it goes without "
                    "creating accounts. Leave one of the two out."
                ),
                param="/suspense",
            )
