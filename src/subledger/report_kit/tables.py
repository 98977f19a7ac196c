"""What every report is made of: parameters going in, columns and rows coming out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from subledger.companies.models import Company
from subledger.platform import clock
from subledger.platform.declarations import ReportDeclaration
from subledger.platform.rows import keyed_tuples, portioned_rows
from subledger.platform.scope import current_company_id

from .errors import ParameterInvalid


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    CODE = "code"  # a word of ours such as credit_note: shown to people with spaces
    DATE = "date"
    INT = "int"
    CURRENCY = "currency"  # ISO 4217, lower case
    MONEY = "money"  # whole minor units
    NUMBER = "number"  # a Decimal, such as a rate in percent or days


@dataclass(frozen=True, slots=True)
class Column:
    """``currency`` names the column that says what a money column is in; see also `Table.currency`.

    ``is_side``: the debit or the credit of an entry, which is empty on the other side. ``is_long``: a text such as a
    name, of which a page shows the beginning. ``short`` is the label where there is little room.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    currency: str = "currency"
    is_side: bool = False
    is_long: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """``kind`` is date, flag, or the word of a room that brings ``read``: it makes a value of what a person wrote, or
    raises ParameterInvalid. What is not ``required`` has a default.
    """

    name: str
    kind: str
    label: str
    help: str
    required: bool = False
    read: Callable[[Parameter, Any], Any] | None = None


AS_OF = Parameter("as_of", "date", "As of", "End of this day; today if left out.")
FROM = Parameter("from", "date", "From", "First day; 1 January of the last day's year if left out.")
TO = Parameter("to", "date", "To", "Last day, included; today if left out.")
BASE = Parameter("base", "flag", "In base currency", "All of it in the company's base currency.")
COMPARE = Parameter("compare", "date", "Compare with", "The balances at the end of this day beside them.")


@dataclass(frozen=True, slots=True)
class Table:
    """A report that was run.

    ``rows`` are tuples in the order of ``columns``. ``totals`` are rows of the same shape, one a currency,
    with None where there is nothing to add up. ``currency`` is that of money for which no column names it.
    ``keys``, where a report has them, are the ids of what each row is about (`Report.subject`). Whose it is and what it
    is called, `Report.run` puts in.
    """

    columns: Sequence[Column]
    rows: Sequence[tuple[Any, ...]]
    totals: Sequence[tuple[Any, ...]] = ()
    currency: str | None = None
    keys: Sequence[int | None] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    title: str = ""
    company: str = ""
    company_code: str = ""

    def currency_of(self, column: Column, row: Sequence[Any]) -> str | None:
        """The currency of ``row``'s money in ``column``."""
        names = [each.name for each in self.columns]
        return row[names.index(column.currency)] if column.currency in names else self.currency

    def as_dicts(self) -> list[dict[str, Any]]:
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class Sums:
    """The money columns of rows added up by currency, row by row; those named in ``without`` are left out."""

    def __init__(self, columns: Sequence[Column], *, without: Sequence[str] = ()) -> None:
        names = [column.name for column in columns]
        self._width, self._currency = len(columns), names.index("currency")
        self._added = [
            i
            for i, column in enumerate(columns)
            if column.kind is Kind.MONEY and column.currency == "currency" and column.name not in without
        ]
        self._sums: dict[str, list[int]] = {}

    def add(self, row: tuple[Any, ...]) -> None:
        total = self._sums.setdefault(row[self._currency], [0] * len(self._added))
        for place, i in enumerate(self._added):
            total[place] += row[i] or 0

    def totals(self) -> list[tuple[Any, ...]]:
        """One row for each currency, as long as the others, with None where nothing was added."""
        result = []
        for currency, total in sorted(self._sums.items()):
            shown: list[Any] = [None] * self._width
            shown[self._currency] = currency
            for place, i in enumerate(self._added):
                shown[i] = total[place]
            result.append(tuple(shown))
        return result


@dataclass(frozen=True, slots=True)
class Lines:
    """What a report is made of that may be long: the rows of a statement, which need not all be here at once.

    The statement's first column is the key of what a row is about, then come ``fields``, which are the columns of the
    report or what ``made`` makes a row of. ``sums`` begins the totals.
    """

    fields: Sequence[str]
    statement: str
    facts: Mapping[str, Any]
    sums: Callable[[], Sums]
    made: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None  # key and fields -> row

    def row(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        return self.made(found) if self.made else found[1:]

    def table(self, columns: Sequence[Column]) -> Table:
        """All of it."""
        found = list(portioned_rows(self.fields, self.statement, self.facts))
        rows, sums = [self.row(one) for one in found], self.sums()
        for row in rows:
            sums.add(row)
        return Table(columns, rows, sums.totals(), keys=[one[0] for one in found])


class Stream:
    """A report that is read while it is written. ``head`` says whose it is and of what, and has no rows; ``number`` is
    how many rows were read so far."""

    def __init__(self, head: Table, source: Table | Lines) -> None:
        self.head, self._source, self.number = head, source, 0
        self._totals: Sequence[tuple[Any, ...]] = ()
        self._hears: Callable[[int], object] = lambda number: None

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Once; the rows of a statement are fetched portion by portion."""
        for self.number, (_, row) in enumerate(self.keyed_rows(), 1):  # noqa: B020 - it is kept on purpose
            self._hears(self.number)
            yield row

    def listen(self, hears: Callable[[int], object]) -> None:
        """Have ``hears`` told of each row, by its number."""
        self._hears = hears

    def keyed_rows(self) -> Iterator[tuple[int | None, tuple[Any, ...]]]:
        """The same, each with the id of what it is about, where the report has them."""
        source = self._source
        if isinstance(source, Table):
            self._totals = source.totals
            yield from zip(source.keys or [None] * len(source.rows), source.rows, strict=True)
            return
        sums = source.sums()
        for found in portioned_rows(source.fields, source.statement, source.facts):
            row = source.row(found)
            sums.add(row)
            yield found[0], row
        self._totals = sums.totals()

    def totals(self) -> Sequence[tuple[Any, ...]]:
        """Known when the last row was read."""
        return self._totals


@dataclass(frozen=True, slots=True)
class Report(ReportDeclaration):
    """A report by name. ``subject`` says what `Table.keys` are ids of: "account", "transaction" or None."""

    name: str
    title: str
    about: str
    parameters: Sequence[Parameter]
    columns: Sequence[Column]
    produce: Callable[..., Table | Lines]
    subject: str | None = None

    def run(self, **values: Any) -> Table:
        """The report on the books of the company in scope, all rows at once.

        As `stream`.
        """
        made, head = self._made(values)
        table = made.table(self.columns) if isinstance(made, Lines) else made
        return replace(head, rows=table.rows, totals=table.totals, keys=table.keys)

    def stream(self, **values: Any) -> Stream:
        """The report on the books of the company in scope, read row by row.

        Values by the names of ``parameters`` (``run(**{"from": …, "to": …})``), as dates and accounts or as
        the text a person wrote; None and "" mean left out.

        Raises:
            ParameterInvalid: a parameter that the report has not, needs and has not got, or cannot read.
        """
        made, head = self._made(values)
        return Stream(head, made)

    def _made(self, values: Mapping[str, Any]) -> tuple[Table | Lines, Table]:
        """What ``produce`` makes, and of it a table without rows that says what it is."""
        takes = [parameter.name for parameter in self.parameters]
        for name, value in values.items():
            if name not in takes and value not in (None, "", False):
                raise ParameterInvalid(f"{self.title} takes no {name!r}. It takes: {', '.join(takes)}.", param=name)
        read = {p.name: _read(p, values.get(p.name)) for p in self.parameters}
        company = Company.objects.get(pk=current_company_id())
        _fill_in(read, clock.today(company.time_zone))
        made = self.produce(**{_PYTHON_NAMES.get(name, name): value for name, value in read.items()})
        head = Table(
            columns=self.columns,
            rows=(),
            currency=made.currency if isinstance(made, Table) else None,
            parameters={name: str(value) for name, value in read.items() if value not in (None, False)},
            name=self.name,
            title=self.title,
            company=company.name,
            company_code=company.code,
        )
        return made, head


_PYTHON_NAMES = {"from": "start", "to": "end"}


def _fill_in(read: dict[str, Any], today: date) -> None:
    for name in ("as_of", "to"):
        if name in read and read[name] is None:
            read[name] = today
    if "from" in read:
        if read["from"] is None:
            read["from"] = min(read["to"].replace(month=1, day=1), read["to"])
        if read["from"] > read["to"]:
            raise ParameterInvalid(f"{read['from']} is after {read['to']}. Put the earlier first.", param="from")


def _read(parameter: Parameter, value: Any) -> Any:
    if value in (None, ""):
        if parameter.required:
            raise ParameterInvalid(f"{parameter.label} is needed. {parameter.help}", param=parameter.name)
        return None if parameter.kind != "flag" else False
    return (parameter.read or _READERS[parameter.kind])(parameter, value)


def _date(parameter: Parameter, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ParameterInvalid(f"{value!r} is not a day. Write YYYY-MM-DD.", param=parameter.name) from None


def _flag(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise ParameterInvalid(f"{value!r} is neither yes nor no.", param=parameter.name)
    return text in ("true", "1", "yes", "on")


_READERS: dict[str, Callable[[Parameter, Any], Any]] = {
    "date": _date,
    "flag": _flag,
}


def rows_of(
    columns: Sequence[Column], statement: str, facts: Mapping[str, Any]
) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Keys and rows of a table as a statement reads them: its first column the key, the others named as ``columns``."""
    return keyed_tuples([column.name for column in columns], statement, facts)


def lines_of(columns: Sequence[Column], statement: str, facts: Mapping[str, Any], sums: Callable[[], Sums]) -> Lines:
    """Lines of a statement whose columns are ``columns`` behind the key."""
    return Lines([column.name for column in columns], statement, facts, sums)


def totals_by_currency(
    columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], *, without: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """What `Sums` come to over rows that are there."""
    sums = Sums(columns, without=without)
    for row in rows:
        sums.add(row)
    return sums.totals()
