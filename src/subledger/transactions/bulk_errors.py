"""Refusals of what is done to many transactions at once."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class BulkInvalid(Invalid):
    """What cannot be done to many at once."""

    code = "bulk_invalid"


class BulkDiffers(DomainError):
    """What would be done to many is not what was shown of it."""

    code = "bulk_differs"

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing was done: some of these changed after they were shown to you. Look at what "
                "would be done now, and confirm it."
            )
        )
