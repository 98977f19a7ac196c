"""What dunning refuses."""

from __future__ import annotations

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say


def type_missing(code: str) -> str:
    """What is said where the invoice type of late charges is not in use."""
    return say(
        "No invoice type in use has the code {code}, so nothing can be drafted for the late payment. Add it "
        "under Configuration, Transaction types.",
        code=code,
    )


class LetterLapsed(DomainError):
    code = "letter_lapsed"

    def __init__(self, document: str) -> None:
        super().__init__(
            say(
                "Cannot print the reminder of {document}: it is paid by now, or disputed, promised or being collected, "
                "or less than its plan reminds of, so nobody is asked for it. Look at its page for how it stands.",
                document=document,
            )
        )


class ChargeTypeMissing(DomainError):
    code = "charge_type_missing"

    def __init__(self, code: str) -> None:
        super().__init__(type_missing(code))
