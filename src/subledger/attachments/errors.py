from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class FileRefused(Invalid):
    """No file that is taken: empty, too large, of an unknown kind, or of another kind than its name says."""

    code = "attachment_refused"


class TooManyFiles(DomainError):
    code = "attachments_too_many"

    def __init__(self, most: int) -> None:
        super().__init__(say("Nothing was attached: there are {most} files here already. Remove one first.", most=most))


class FileIsEvidence(DomainError):
    code = "attachment_is_evidence"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            say(
                "{name} was not removed: {why}. What is evidence stays; attach a newer file beside it.",
                name=name,
                why=why,
            )
        )
