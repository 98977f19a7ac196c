"""Lines of which a page is found by whom they are of: counted and added up by groups, read where they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from subledger.platform.rows import keyed_tuples

from .tables import Counted, Lines, Look

__all__ = ["GroupedLines"]


@dataclass(frozen=True, slots=True)
class GroupedLines(Lines):
    """Lines that lie together by whom they are of, or by something and that: groups tell how many there are and what
    they come to, and of a page in the lines' own order only those of whom it shows any are read.

    ``groups`` SELECTs ``owner_id``, ``currency``, ``rows``, what is added up under its name, and what groups are
    sorted by: ``place``, of columns as those of ``g``, as ``order`` begins. ``of_owners`` is ``statement`` of the
    owners ``%(_owners)s``.
    """

    groups: str = ""
    place: str = ""
    of_owners: str = ""

    def counts(self) -> list[Counted]:
        return self._placed(0, 0)[0]

    def part(self, first: int, size: int, *, sort: str = "", descending: bool = False) -> list[tuple[Any, ...]]:
        return self.look(first, size, sort=sort, descending=descending).rows

    def look(
        self, first: int, size: int, *, sort: str = "", descending: bool = False, with_leading: bool = False
    ) -> Look:
        leading = self.part(0, 1) if with_leading else []
        counts, owners, elsewhere = self._placed(first, size)
        statement, skipped = (self.statement, first) if sort else (self.of_owners, first - elsewhere)
        facts = {**self.facts, "_owners": owners, "_first": skipped, "_size": size}
        text = self._part_of(statement, sort=sort, descending=descending)
        keys, rows = keyed_tuples(self.fields, text, facts)
        found = [(key, *self.row((key, *row))) for key, row in zip(keys, rows, strict=True)]
        return Look(counts, found, leading[0][0] if leading else None)

    def _placed(self, first: int, size: int) -> tuple[list[Counted], list[int], int]:
        """What all groups come to; those of whom ``size`` rows from ``first`` on are, and how many rows of others lie
        before these."""
        sums = self.sums()
        places = range(len(sums.added))
        told = "".join(f", c.added_{place}" for place in places)
        added = "".join(f', sum(g."{sums.added[place]}")::bigint AS added_{place}' for place in places)
        text = f"""
            WITH grouped AS MATERIALIZED ({self.groups}), placed AS MATERIALIZED (
                SELECT g.owner_id, g.rows, sum(g.rows) OVER (ORDER BY {self.place}) AS until,
                       sum(g.rows) OVER (PARTITION BY {self.place}) AS here
                  FROM grouped g
            ), asked AS MATERIALIZED (
                SELECT DISTINCT p.owner_id FROM placed p
                 WHERE p.until > %(_first)s AND p.until - p.here < %(_first)s + %(_size)s
            )
            SELECT (SELECT coalesce(json_agg(json_build_array(c.currency, c.rows{told}) ORDER BY c.currency), '[]')
                      FROM (SELECT g.currency, sum(g.rows)::bigint AS rows{added} FROM grouped g GROUP BY 1) c),
                   ARRAY(SELECT owner_id FROM asked),
                   (SELECT coalesce(sum(p.rows), 0)::bigint FROM placed p
                     WHERE p.until <= %(_first)s AND p.owner_id NOT IN (SELECT owner_id FROM asked))
        """
        with connection.cursor() as cursor:
            cursor.execute(text, {**self.facts, "_first": first, "_size": size})
            counts, owners, elsewhere = cursor.fetchone()
        return [Counted(code, rows, sums.total(code, minors)) for code, rows, *minors in counts], owners, elsewhere
