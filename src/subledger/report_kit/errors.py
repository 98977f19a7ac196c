from __future__ import annotations

from collections.abc import Iterable

from subledger.kernel.errors import Invalid, NotFound


class ReportUnknown(NotFound):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("report", name)
        self.remedies = {}
        self.args = (f"There is no report {name!r}. Choose one of: {', '.join(known)}.",)


class ParameterInvalid(Invalid):
    code = "report_parameter_invalid"


class FileFormatUnknown(Invalid):
    code = "file_format_unknown"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"Cannot tell the format of {name!r}. Use a name that ends in {' or '.join(known)}.")
