"""What every report is made of: parameters going in, columns and rows coming out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from subledger.companies.models import Company
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.declarations import ReportDeclaration
from subledger.platform.rows import check_columns, keyed_tuples, portioned_rows
from subledger.platform.scope import current_company_id

from .errors import ParameterInvalid
from .parameters import AS_OF as AS_OF
from .parameters import BASE as BASE
from .parameters import COMPARE as COMPARE
from .parameters import FROM as FROM
from .parameters import TO as TO
from .parameters import Parameter, fill_in, read_value


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    CODE = "code"  # a word of ours such as credit_note: shown to people with spaces
    DATE = "date"
    MONTH = "month"  # 2026-05
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
        self.added = [names[i] for i in self._added]  # the columns that are added up
        self._sums: dict[str, list[int]] = {}

    def add(self, row: tuple[Any, ...]) -> None:
        total = self._sums.setdefault(row[self._currency], [0] * len(self._added))
        for place, i in enumerate(self._added):
            total[place] += row[i] or 0

    def totals(self) -> list[tuple[Any, ...]]:
        """One row for each currency, as long as the others, with None where nothing was added."""
        return [self.total(currency, minors) for currency, minors in sorted(self._sums.items())]

    def total(self, currency: str, minors: Sequence[int]) -> tuple[Any, ...]:
        """The row of totals of a currency, of what its columns ``added`` come to."""
        shown: list[Any] = [None] * self._width
        shown[self._currency] = currency
        for i, minor in zip(self._added, minors, strict=True):
            shown[i] = minor
        return tuple(shown)


class Counted(NamedTuple):
    """What the rows of one currency come to: how many, and the totals, a row of the report's shape."""

    currency: str
    rows: int
    total: tuple[Any, ...]


class Look(NamedTuple):
    """`Lines.counts` and `Lines.part`; ``leading`` is the key of the first of all rows in their own order, if asked."""

    counts: list[Counted]
    rows: list[tuple[Any, ...]]
    leading: Any = None


@dataclass(frozen=True, slots=True)
class Lines:
    """What a report is made of that may be long: the rows of a statement, which need not all be here at once.

    ``statement`` SELECTs them in no order; ``order`` is what they are sorted by, of its columns, as those of ``o``. Its
    first column is the key of what a row is about, then come ``fields``, which are the columns of the report or what
    ``made`` makes a row of. ``sums`` begins the totals.

    Where most of a row is looked up, ``statement`` has but the key and what is sorted by and added up, and ``around``
    SELECTs the row from ``({rows}) o``: then a page looks up its own rows alone. ``counted`` is the condition of rows
    that are added up. ``totals`` SELECTs currency, number of rows and what is added up from elsewhere than the rows.
    ``is_summed``: rows are sums of many others, so that a page and what all rows come to are told by one look at them.
    """

    fields: Sequence[str]
    statement: str
    order: str
    facts: Mapping[str, Any]
    sums: Callable[[], Sums]
    made: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None  # key and fields -> row
    around: str = "SELECT o.* FROM ({rows}) o"
    outlined: Sequence[str] = ()  # the fields that ``statement`` has, where ``around`` adds others
    counted: str = "true"
    totals: str = ""
    is_summed: bool = False

    @property
    def text(self) -> str:
        """All of them, in their order."""
        return f"{self.around.format(rows=self.statement)} ORDER BY {self.order}"

    def row(self, found: tuple[Any, ...]) -> tuple[Any, ...]:
        return self.made(found) if self.made else found[1:]

    def table(self, columns: Sequence[Column]) -> Table:
        """All of it."""
        found = list(portioned_rows(self.fields, self.text, self.facts))
        rows, sums = [self.row(one) for one in found], self.sums()
        for row in rows:
            sums.add(row)
        return Table(columns, rows, sums.totals(), keys=[one[0] for one in found])

    def part(self, first: int, size: int, *, sort: str = "", descending: bool = False) -> list[tuple[Any, ...]]:
        """``size`` rows from ``first`` on, counted from 0, each behind its key; by the field ``sort``, nulls last."""
        text = self._part_of(self.statement, sort=sort, descending=descending)
        keys, rows = keyed_tuples(self.fields, text, {**self.facts, "_first": first, "_size": size})
        return [(key, *self.row((key, *row))) for key, row in zip(keys, rows, strict=True)]

    def counts(self) -> list[Counted]:
        """What all of it comes to in each currency, without its rows."""
        sums = self.sums()
        with connection.cursor() as cursor:
            cursor.execute(self.totals or self._counts_of(self.statement, sums), self.facts)
            return [Counted(currency, rows, sums.total(currency, minors)) for currency, rows, *minors in cursor]

    def look(
        self, first: int, size: int, *, sort: str = "", descending: bool = False, with_leading: bool = False
    ) -> Look:
        """`counts` and `part`; ``with_leading`` also which row comes first, whatever rows are looked at."""
        if not self.is_summed:
            rows = self.part(first, size, sort=sort, descending=descending)
            return Look(self.counts(), rows, next((key for key, *_ in self.part(0, 1)), None) if with_leading else None)
        whole, sums = "SELECT w.* FROM whole w", self.sums()
        added = "".join(f", c.added_{place}" for place in range(len(sums.added)))
        leading = f"(SELECT l.key FROM (SELECT o.* FROM ({whole}) o ORDER BY {self.order} LIMIT 1) AS l (key))"
        text = f"""
            WITH whole AS MATERIALIZED ({self.statement})
            SELECT t.counts, {leading if with_leading else "NULL"}, p.*
              FROM (SELECT coalesce(json_agg(json_build_array(c.currency, c.rows{added})), '[]') AS counts
                      FROM ({self._counts_of(whole, sums)}) c) t
              LEFT JOIN (SELECT row_number() OVER () AS _place, p.*
                           FROM ({self._part_of(whole, sort=sort, descending=descending)}) p) p ON true
             ORDER BY p._place
        """
        with connection.cursor() as cursor:
            cursor.execute(text, {**self.facts, "_first": first, "_size": size})
            check_columns("the table", self.fields, [column.name for column in cursor.description[4:]])
            found = cursor.fetchall()
        counts = [Counted(code, rows, sums.total(code, minors)) for code, rows, *minors in found[0][0]]
        rows = [(key, *self.row((key, *row))) for _, _, place, key, *row in found if place is not None]
        return Look(counts, rows, found[0][1])

    def _part_of(self, statement: str, *, sort: str, descending: bool) -> str:
        """Of the rows of a statement ``%(_size)s`` from ``%(_first)s`` on."""
        order, limit = self.order, "LIMIT %(_size)s OFFSET %(_first)s"
        if sort in self.fields:
            order = f'"{sort}" {"DESC" if descending else "ASC"} NULLS LAST, {order}'
        if sort in self.fields and self.outlined and sort not in self.outlined:
            return f"{self.around.format(rows=statement)} ORDER BY {order} {limit}"
        rows = f"SELECT o.* FROM ({statement}) o ORDER BY {order} {limit}"
        return f"{self.around.format(rows=rows)} ORDER BY {order}"

    def _counts_of(self, statement: str, sums: Sums) -> str:
        added = "".join(
            f', coalesce(sum("{name}") FILTER (WHERE {self.counted}), 0)::bigint AS added_{place}'
            for place, name in enumerate(sums.added)
        )
        return f"SELECT currency, count(*) AS rows{added} FROM ({statement}) o GROUP BY 1 ORDER BY 1"


class TablePage(NamedTuple):
    """Some rows of a report, from the row ``first`` on, with the totals of all; ``counts`` are all rows by currency."""

    table: Table
    first: int
    counts: Mapping[str, int]


class Opened(NamedTuple):
    """A report whose parameters are read. ``head`` says whose it is and of what, and has no rows."""

    head: Table
    source: Table | Lines

    def whole(self) -> Table:
        """All rows at once."""
        source = self.source
        table = source.table(self.head.columns) if isinstance(source, Lines) else source
        return replace(self.head, rows=table.rows, totals=table.totals, keys=table.keys)

    def part(self, first: int, size: int, *, sort: str = "", descending: bool = False) -> TablePage | None:
        """``size`` rows from the row ``first`` on (past the end: none), by the column ``sort`` or in their own order,
        with the totals of all; None where all rows are here already."""
        if not isinstance(self.source, Lines):
            return None
        counts, found, _ = self.source.look(first, size, sort=sort, descending=descending)
        first = min(first, sum(one.rows for one in counts))
        rows, keys = [tuple(row) for _, *row in found], [key for key, *_ in found]
        table = replace(self.head, rows=rows, totals=[one.total for one in counts], keys=keys)
        return TablePage(table, first, {one.currency: one.rows for one in counts})


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
        for found in portioned_rows(source.fields, source.text, source.facts):
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

        As `open`.
        """
        return self.open(**values).whole()

    def stream(self, **values: Any) -> Stream:
        """The report on the books of the company in scope, read row by row.

        As `open`.
        """
        opened = self.open(**values)
        return Stream(opened.head, opened.source)

    def open(self, **values: Any) -> Opened:
        """The report on the books of the company in scope, not read yet where it may be long.

        Values by the names of ``parameters`` (``run(**{"from": …, "to": …})``), as dates and accounts or as
        the text a person wrote; None and "" mean left out.

        Raises:
            ParameterInvalid: a parameter that the report has not, needs and has not got, or cannot read.
        """
        takes = [parameter.name for parameter in self.parameters]
        for name, value in values.items():
            if name not in takes and value is not False and value not in (None, ""):
                raise ParameterInvalid(
                    say(
                        "{title} takes no {name!r}. It takes: {takes}.",
                        title=self.title,
                        name=name,
                        takes=", ".join(takes),
                    ),
                    param=name,
                )
        read = {p.name: read_value(p, values.get(p.name)) for p in self.parameters}
        company = Company.objects.get(pk=current_company_id())
        fill_in(read, clock.today(company.time_zone))
        made = self.produce(**{_PYTHON_NAMES.get(name, name): value for name, value in read.items()})
        said = {name: str(value) for name, value in read.items() if value is not None and value is not False}
        head = Table(
            self.columns, (), currency=made.currency if isinstance(made, Table) else None, parameters=said,
            name=self.name, title=self.title, company=company.name, company_code=company.code,
        )  # fmt: skip
        return Opened(head, made)


_PYTHON_NAMES = {"from": "start", "to": "end"}


def rows_of(
    columns: Sequence[Column], statement: str, facts: Mapping[str, Any]
) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Keys and rows of a table as a statement reads them: its first column the key, the others named as ``columns``."""
    return keyed_tuples([column.name for column in columns], statement, facts)


def lines_of(
    columns: Sequence[Column],
    statement: str,
    order: str,
    facts: Mapping[str, Any],
    sums: Callable[[], Sums],
    **more: Any,
) -> Lines:
    """Lines of a statement whose columns are ``columns`` behind the key."""
    return Lines([column.name for column in columns], statement, order, facts, sums, **more)


def totals_by_currency(
    columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], *, without: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """What `Sums` come to over rows that are there."""
    sums = Sums(columns, without=without)
    for row in rows:
        sums.add(row)
    return sums.totals()
