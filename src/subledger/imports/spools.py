"""What an import holds outside this process's memory: its rows, in the order in which they are done, and rejections.

Few are held here. Many go to tables of the database: temporary ones while an import is one transaction, so that they
go with it, or `StagedRow` and `StagedRejection`, which outlive their transaction and the process. A row that holds a
card number is sealed there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple, cast

import orjson
from django.db import connection

from subledger.file_kit.cells import pack, unpack
from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.report import Rejection
from subledger.import_kit.rules.cells import Cell, Row, Writing
from subledger.kernel.cards import card_number_in
from subledger.kernel.days import OLD, is_old
from subledger.platform.encryption import seal, unseal
from subledger.platform.scope import current_company_id

from .errors import DocumentTooLong

PART = 4_000  # rows
LONGEST = 100_000  # rows that must be taken together
HISTORY = 10  # things of days long past, from which on a file that has mostly such ones needs no question
KEPT_ROWS, KEPT_REJECTIONS = "imports_stagedrow", "imports_stagedrejection"
SEALED = "sealed:"  # no JSON begins so

ARRIVALS = """
    CREATE TEMPORARY TABLE {arrivals} (key bytea NOT NULL, "on" date, line bigint NOT NULL, cells text NOT NULL)
"""
ROWS = """
    CREATE TEMPORARY TABLE {rows} (company_id bigint, import_id bigint, part integer, line bigint, cells text)
"""
REJECTIONS = """
    CREATE TEMPORARY TABLE {rejections}
           (company_id bigint, import_id bigint, line bigint PRIMARY KEY, "column" text, code text, reason text)
"""
GROUPS = """
    SELECT count(*), count(*) FILTER (WHERE "on" < %(old)s), sum(n), sum(n) FILTER (WHERE "on" < %(old)s), max(n)
      FROM (SELECT min("on") AS "on", count(*) AS n FROM {arrivals} GROUP BY key) g
"""
# Rows of one key are a group, which stands where its first row does. A part begins with a group.
ARRANGE = """
    INSERT INTO {rows} (company_id, import_id, part, line, cells)
    SELECT %(company)s, %(import)s, (max(n) FILTER (WHERE line = first) OVER (ORDER BY n) - 1) / %(size)s, line, cells
      FROM (SELECT line, cells, first, row_number() OVER (ORDER BY day NULLS LAST, first, line) AS n
              FROM (SELECT line, cells, min("on") OVER same AS day, min(line) OVER same AS first
                      FROM {arrivals} WINDOW same AS (PARTITION BY key)) grouped) numbered
"""
PARTS = "SELECT DISTINCT part FROM {rows} WHERE import_id = %s ORDER BY part"
TAKE = "DELETE FROM {rows} WHERE import_id = %s AND part = %s RETURNING line, cells"
READ = "SELECT line, cells FROM {rows} WHERE import_id = %s AND part = %s"
# Those of parts that nobody did.
LEAVE_REST = """
    WITH rest AS (DELETE FROM imports_stagedrow WHERE import_id = %(import_id)s RETURNING company_id, import_id, line)
    INSERT INTO imports_stagedrejection (company_id, import_id, line, "column", code, reason)
    SELECT company_id, import_id, line, '', %(code)s, %(reason)s FROM rest
"""
NEXT_REJECTIONS = """
    SELECT line, "column", code, reason FROM {rejections}
     WHERE import_id = %s AND line > %s ORDER BY line LIMIT 5000
"""


class Facts(NamedTuple):
    """What is known of a file once all of it is read. Things are its documents, or whatever the kind holds."""

    things: int
    old: int  # things of days long past
    longest: int  # rows that belong together

    @property
    def is_history(self) -> bool:
        """A day long past is asked for where it stands among others. A file that mostly has such days is a history."""
        return self.old >= HISTORY and 2 * self.old > self.things


class RowSpool:
    """The rows of a file. ``is_kept``: they outlive the transaction, and a part leaves with whoever takes it."""

    def __init__(
        self, import_id: int, kind: ImportKind, *, fields: Sequence[str], is_kept: bool, held: int | None = None
    ) -> None:
        self._import_id, self._kind, self._fields, self._is_kept = import_id, kind, list(fields), is_kept
        self._rows = KEPT_ROWS if is_kept else f"import_rows_{import_id}"
        self._arrivals = f"import_arrivals_{import_id}"
        self._most = PART if held is None else held
        self._held: list[Row] = []
        self._is_spilled = False
        self.total = 0

    def add(self, rows: Sequence[Row]) -> None:
        self.total += len(rows)
        if not self._is_spilled and len(self._held) + len(rows) <= self._most:
            self._held += rows
            return
        if not self._is_spilled:
            self._is_spilled = True
            with connection.cursor() as cursor:
                cursor.execute(ARRIVALS.format(arrivals=self._arrivals))
        self._spill([*self._held, *rows])
        self._held = []

    def _spill(self, rows: Sequence[Row]) -> None:
        place_of = self._kind.place_of
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY {self._arrivals} (key, "on", line, cells) FROM STDIN') as copy,
        ):
            for row in rows:
                place = place_of(row)
                copy.write_row((_digest(place.key), place.on, row.line, self._packed(row)))

    def _packed(self, row: Row) -> str:
        given = row.cells
        cells = [None if (cell := given.get(field)) is None else cell for field in self._fields]
        text = orjson.dumps([cell if cell is None or cell.__class__ is str else pack(cell) for cell in cells]).decode()
        if self._is_kept and any(_has_card(cell) for cell in cells):
            return f"{SEALED}{seal(text)}"
        return text

    def arrange(self, today: date) -> Facts:
        """All rows were added: put them in order. DocumentTooLong."""
        facts = self._facts_there(today) if self._is_spilled else self._facts_here(today)
        if facts.longest > LONGEST:
            raise DocumentTooLong(facts.longest, LONGEST)
        if self._is_spilled:
            names = {"rows": self._rows, "arrivals": self._arrivals}
            params = {"company": current_company_id(), "import": self._import_id, "size": PART}
            with connection.cursor() as cursor:
                if not self._is_kept:
                    cursor.execute(ROWS.format(**names))
                cursor.execute(ARRANGE.format(**names), params)
                cursor.execute(f"DROP TABLE {self._arrivals}")
                if not self._is_kept:
                    cursor.execute(f"CREATE INDEX ON {self._rows} (part)")
        return facts

    def _facts_there(self, today: date) -> Facts:
        with connection.cursor() as cursor:
            cursor.execute(GROUPS.format(arrivals=self._arrivals), {"old": today - OLD})
            groups, old_groups, rows, old_rows, longest = cursor.fetchone()
        if self._kind.is_row_a_thing:
            return Facts(int(rows), int(old_rows or 0), longest)
        return Facts(groups, old_groups, longest)

    def _facts_here(self, today: date) -> Facts:
        days: dict[tuple[object, ...], date | None] = {}
        rows: Counter[tuple[object, ...]] = Counter()
        for row in self._held:
            place = self._kind.place_of(row)
            rows[place.key] += 1
            known = days.setdefault(place.key, place.on)
            days[place.key] = min(known, place.on) if known and place.on else known or place.on
        counted = rows if self._kind.is_row_a_thing else Counter(days.keys())
        old = sum(counted[key] for key, on in days.items() if on and is_old(on, today))
        return Facts(counted.total(), old, max(rows.values(), default=0))

    def parts(self) -> list[int]:
        """Numbers of the parts, in the order in which they are done."""
        if not self._is_spilled:
            return [0] if self._held else []
        with connection.cursor() as cursor:
            cursor.execute(PARTS.format(rows=self._rows), [self._import_id])
            return [part for (part,) in cursor.fetchall()]

    def take(self, part: int, writing: Writing, values: Mapping[str, str]) -> list[Row]:
        """The rows of a part, in the order of the file; ``values`` are the same for every row."""
        if not self._is_spilled and self._held:
            held, self._held = self._held, []
            return held
        return rows_of(
            TAKE if self._is_kept else READ, self._rows, self._import_id, part, self._fields, writing, values
        )

    def drop(self) -> None:
        """Hold nothing any more."""
        self._held = []
        if self._is_spilled:
            with connection.cursor() as cursor:
                if self._is_kept:
                    cursor.execute(f"DELETE FROM {self._rows} WHERE import_id = %s", [self._import_id])
                else:
                    cursor.execute(f"DROP TABLE IF EXISTS {self._arrivals}, {self._rows}")


def rows_of(
    statement: str,
    table: str,
    import_id: int,
    part: int,
    fields: Sequence[str],
    writing: Writing,
    values: Mapping[str, str],
) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=table), [import_id, part])
        found = sorted(cursor.fetchall())
    return [Row(line, {**values, **_cells(fields, text)}, writing) for line, text in found]


def _cells(fields: Sequence[str], text: str) -> dict[str, Cell]:
    packed = orjson.loads(unseal(text.removeprefix(SEALED)) if text.startswith(SEALED) else text)
    return {
        field: cell if cell.__class__ is str else cast(Cell, unpack(cell))
        for field, cell in zip(fields, packed, strict=True)
        if cell is not None
    }


class RejectionSpool:
    """One rejection for each refused row, told in the order of lines."""

    def __init__(self, import_id: int, *, is_kept: bool, held: int | None = None) -> None:
        self._import_id, self._is_kept = import_id, is_kept
        self._table = KEPT_REJECTIONS if is_kept else f"import_rejections_{import_id}"
        self._most = PART if held is None else held
        self._held: list[tuple[int, Rejection]] = []
        self._is_spilled = False

    def add(self, rejections: Sequence[tuple[int, Rejection]]) -> None:
        self._held += rejections
        if len(self._held) > self._most:
            self._spill()

    def _spill(self) -> None:
        with connection.cursor() as cursor:
            if not self._is_spilled and not self._is_kept:
                cursor.execute(REJECTIONS.format(rejections=self._table))
            self._is_spilled = True
            company_id = current_company_id()
            with cursor.copy(
                f'COPY {self._table} (company_id, import_id, line, "column", code, reason) FROM STDIN'
            ) as copy:
                for line, one in self._held:
                    copy.write_row((company_id, self._import_id, line, one.column, one.code, one.reason))
        self._held = []

    def ordered(self) -> Iterator[tuple[int, Sequence[str | int]]]:
        """(line, what the rejected file says of it)."""
        if not self._is_spilled:
            yield from ((line, one.as_row()) for line, one in sorted(self._held, key=lambda each: each[0]))
            return
        if self._held:
            self._spill()
        yield from kept_rejections(self._import_id, self._table)

    def drop(self) -> None:
        """Hold nothing any more."""
        self._held = []
        if self._is_spilled:
            with connection.cursor() as cursor:
                if self._is_kept:
                    cursor.execute(f"DELETE FROM {self._table} WHERE import_id = %s", [self._import_id])
                else:
                    cursor.execute(f"DROP TABLE IF EXISTS {self._table}")


def kept_rejections(import_id: int, table: str = KEPT_REJECTIONS) -> Iterator[tuple[int, Sequence[str | int]]]:
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_REJECTIONS.format(rejections=table), [import_id, last])
            found = cursor.fetchall()
        for row in found:
            yield row[0], row
        if not found:
            return
        last = found[-1][0]


def _digest(key: tuple[object, ...]) -> bytes:
    return blake2b("\x1f".join(map(str, key)).encode(), digest_size=16).digest()


def _has_card(cell: Any) -> bool:
    return cell is not None and len(text := str(cell)) >= 13 and card_number_in(text) is not None
