"""Why a file cannot be imported at all; reasons of rows are `import_kit.errors` and the rooms' own."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.import_kit.report import ImportReport
from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class ImportKindUnknown(Invalid):
    code = "import_kind_unknown"

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        super().__init__(
            say("{kind!r} cannot be imported. What can: {known}.", kind=kind, known=", ".join(known)), param="/kind"
        )


class DocumentTooLong(Invalid):
    code = "import_document_too_long"

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            say(
                "{rows:,} rows of the file belong together, since they name one document, or could be "
                "one payment: {most:,} are the most. Give them numbers or references of their own, or "
                "split the file.",
                rows=rows,
                most=most,
            )
        )


class ImportInterrupted(KeyboardInterrupt):
    """Whoever waited for an import stopped it. ``report`` is what came of it until then."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(say("The import was interrupted."))
        self.report = report


class ImportBroken(DomainError):
    """An import that came to no end of its own, with the reason that its run or its step has."""

    code = "import_broken"
