"""Why a file, or a row of it, is not imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from subledger.kernel.days import why_no_day
from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say


class HeaderInvalid(Invalid):
    code = "file_header_invalid"


class MappingInvalid(Invalid):
    code = "import_mapping_invalid"


class ImportOptionInvalid(Invalid):
    code = "import_option_invalid"


class RejectedFileUnwritable(DomainError):
    code = "rejected_file_unwritable"

    def __init__(self, path: object, fact: str) -> None:
        super().__init__(
            say(
                "The rejected rows cannot be written to {path}: {fact}. Make room there, or name another file.",
                path=path,
                fact=fact,
            ),
            remedies={Door.COMMAND: say("It is named with --rejected.")},
        )


class RowInvalid(Invalid):
    """A row that cannot be imported; ``field`` names what of it is at fault."""

    code = "row_invalid"
    column = ""  # that is at fault, whatever field it holds

    def __init__(self, message: str, field: str | None = None, remedies: Mapping[Door, str] | None = None) -> None:
        super().__init__(message, param=f"/{field}" if field else None, remedies=remedies)


class RowIncomplete(RowInvalid):
    code = "row_incomplete"

    def __init__(self, has: int, header: int, column: str) -> None:  # the first that is missing, or the last
        super().__init__(
            say(
                "The row has {has} columns and the header {header}: is the file cut off, or a quote "
                "missing? Correct the row.",
                has=has,
                header=header,
            )
        )
        self.column = column


class RowAlone(RowInvalid):
    code = "row_incomplete"

    def __init__(self, line: int, text: object, column: str) -> None:
        shown = str(text) if len(str(text)) <= 60 else f"{str(text)[:60]}…"
        super().__init__(
            say(
                "Line {line} has {shown!r} in its first column and nothing else: a footer, or a row "
                "whose other cells are missing. Take the line out, or fill it in.",
                line=line,
                shown=shown,
            )
        )
        self.column = column


class FieldMissing(RowInvalid):
    code = "field_missing"

    def __init__(self, field: str) -> None:
        super().__init__(say("There is no {field}. Fill it in.", field=field), field)


class TextInvalid(RowInvalid):
    code = "text_invalid"


class DateInvalid(RowInvalid):
    code = "date_invalid"

    def __init__(self, text: object, date_format: str | None, field: str) -> None:
        fact, remedies = why_no_day(text, date_format)
        super().__init__(say("{text!r} {fact}", text=text, fact=fact), field, remedies)


class CellInvalid(RowInvalid):
    """A cell that shows no value."""

    code = "cell_invalid"


class NumberInvalid(RowInvalid):
    code = "number_invalid"


class PercentageAmbiguous(RowInvalid):
    code = "percentage_ambiguous"

    def __init__(self, number: Decimal, field: str) -> None:
        small, large = f"{number.normalize():f} %", f"{(number * 100).normalize():f} %"
        super().__init__(
            say(
                "{number:f} is {small} or {large}: write {writing_large} or {writing_small}, with the sign.",
                number=number.normalize(),
                small=small,
                large=large,
                writing_large=large,
                writing_small=small,
            ),
            field,
        )


class EntryUnknown(RowInvalid):
    """Neither code nor name of anything of this kind in the company: a method, a classification, a tax rate."""

    code = "entry_unknown"

    def __init__(self, thing: str, name: str, known: Iterable[str], field: str) -> None:
        super().__init__(
            say(
                "There is no {thing} {name!r}. Use one of: {known}.",
                thing=thing,
                name=name,
                known=", ".join(known) or say("none yet"),
            ),
            field,
        )


class DuplicateInFile(RowInvalid):
    code = "duplicate_in_file"

    def __init__(self, thing: str, name: str, line: int, field: str) -> None:
        super().__init__(
            say(
                "The {thing} {name!r} stands on line {line} already. Keep one of the two.",
                thing=thing,
                name=name,
                line=line,
            ),
            field,
        )


class RowNotDone(RowInvalid):
    code = "row_not_done"

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing is wrong with this row: its import was cancelled, or broke off, before it was "
                "done. Import it again."
            )
        )


class DocumentRejected(RowInvalid):
    code = "document_rejected"

    def __init__(self, number: str, line: int) -> None:
        super().__init__(
            say(
                "Line {line} of the same document {number!r} is refused, so this row is too. Correct that one.",
                line=line,
                number=number,
            )
        )


class AlreadyDiffers(RowInvalid):
    code = "already_differs"
    at = 0  # the place among the rows of a document of the one that differs

    def __init__(self, thing: str, name: str, field: str, books: object, file: object) -> None:
        super().__init__(
            say(
                "The {thing} {name!r} is in the books with another {field}: {books} there, {file} here. "
                "An import changes nothing that exists: change it in the books, or take the row out.",
                thing=thing,
                name=name,
                field=field,
                books=books,
                file=file,
            ),
            field,
        )
