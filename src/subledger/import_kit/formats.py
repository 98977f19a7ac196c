"""What a file shows of how it writes numbers: asked where a number of it has two readings, and only then."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.file_kit.sources import Source
from subledger.kernel.numbers import Adorned, Exact, NumberFormat, format_shown_by

from .rules.columns import Columns
from .rules.fields import Fields


class ShownFormats:
    """The format of each column, decided over all rows of the file: by its own numbers, else by the other columns.

    A column that shows both formats decides nothing, for itself or for others. Where the file shows none, the
    company's own format does. A price or a rate may have three decimals: where nothing speaks for the other reading,
    a delimiter of decimal commas neither, its point is a decimal point.
    """

    def __init__(self, fields: Fields, source: Source, columns: Columns, *, usual: NumberFormat | None) -> None:
        self._fields = fields
        self._source, self._columns, self._usual = source, columns, usual
        self._shown: dict[str, set[NumberFormat]] | None = None

    def of(self, field: str) -> NumberFormat | None:
        if self._shown is None:
            self._shown = self._look()
        own = self._shown.get(field, set())
        shown = own or set().union(*self._shown.values())
        if len(shown) == 1:
            return next(iter(shown))
        if shown:
            return None
        if (
            self._usual is None
            and field in self._fields.prices
            and (self._source.dialect is None or self._source.dialect.delimiter != ";")
        ):
            return NumberFormat.SPACE_GROUPS_POINT
        return self._usual

    def _look(self) -> dict[str, set[NumberFormat]]:
        places = {field: place for field, place in self._columns.places.items() if field in self._fields.numbers}
        shown: dict[str, set[NumberFormat]] = {field: set() for field in places}
        for _, cells in self._source.rows():
            for field, place in places.items():
                if len(shown[field]) < 2 and place < len(cells):
                    shown[field].update(_formats(cells[place]))
        return shown


def _formats(cell: object) -> Iterable[NumberFormat]:
    if not isinstance(cell, str) or isinstance(cell, Exact | Adorned) or not cell:
        return ()
    found = format_shown_by(cell.removesuffix("%").rstrip())
    return (found,) if found else ()
