from __future__ import annotations

from collections.abc import Iterable

from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.sentences import joined, say


class ReportUnknown(NotFound):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("report", name)
        self.remedies = {}
        self.args = (say("There is no report {name!r}. Choose one of: {known}.", name=name, known=", ".join(known)),)


class ParameterInvalid(Invalid):
    code = "report_parameter_invalid"


class FileFormatUnknown(Invalid):
    code = "file_format_unknown"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            say(
                "Cannot tell the format of {name!r}. Use a name that ends in {known}.",
                name=name,
                known=joined(known, say(" or ")),
            )
        )
