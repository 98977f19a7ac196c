"""Why a file of rows is not made."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class AskerGone(DomainError):
    code, status = "asker_gone", 409

    def __init__(self) -> None:
        super().__init__(
            say("Whoever asked for this file belongs to the company no more. Ask for it anew from the list.")
        )


class ReportTooLong(Invalid):
    """A workbook that nobody should wait for."""

    code = "report_too_long"

    def __init__(self, title: str, most: int) -> None:
        super().__init__(
            say(
                "{title} has more than {most:,} rows: XLSX of it is made in the background. Order it as "
                "a report export, or take CSV.",
                title=title,
                most=most,
            ),
            param="format",
        )
