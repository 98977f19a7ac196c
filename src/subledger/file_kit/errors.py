"""Why a file cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say


class FileUnreadable(Invalid):
    code = "file_unreadable"


class FileFormatUnknown(Invalid):
    code = "file_format_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Cannot tell what kind of file {name!r} is. Give a name that ends in .csv, .xlsx or .parquet.",
                name=name,
            )
        )


class FileEmpty(Invalid):
    code = "file_empty"

    def __init__(self, name: str, fact: str) -> None:
        super().__init__(
            say(
                "{name} {fact}: there is nothing to import. Look at what wrote it, and export it again.",
                name=name,
                fact=fact,
            )
        )


class FileEncodingInvalid(Invalid):
    code = "file_encoding_invalid"


class FileTooDemanding(Invalid):
    """Reading it would take more than one file may: it was given up, and nobody else noticed."""

    code = "file_too_demanding"

    def __init__(self, name: str, fact: str, remedy: str = say("Split the file, or ask where it came from.")) -> None:
        super().__init__(say("{name} is not read: {fact}. {remedy}", name=name, fact=fact, remedy=remedy))


class SheetUnknown(Invalid):
    code = "sheet_unknown"

    def __init__(self, name: str, sheet: str, known: Iterable[str]) -> None:
        super().__init__(
            say("{name} has no sheet {sheet!r}. It has: {known}.", name=name, sheet=sheet, known=", ".join(known)),
            param="/sheet",
        )


class SheetAmbiguous(Invalid):
    code = "sheet_ambiguous"

    def __init__(self, name: str, sheets: Iterable[str]) -> None:
        super().__init__(
            say(
                "{name} has several sheets that could be meant: {sheets}. Choose one.",
                name=name,
                sheets=", ".join(sheets),
            ),
            param="/sheet",
            remedies={Door.COMMAND: say("Name it with --sheet.")},
        )


class ExportTooLarge(DomainError):
    """There are more rows than a sheet holds."""

    code, status = "export_too_large", 422

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            say(
                "Cannot export {rows} rows or more to XLSX: a sheet holds {most}. Export CSV, or narrow "
                "the list first.",
                rows=rows,
                most=most,
            )
        )
