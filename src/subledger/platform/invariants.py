"""What must always hold of the books, said in SQL, so that anybody can prove it again: ``subledger check``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from .scope import current_company_id

# How many offending rows are named; all of them are counted.
NAMED = 20

BREACHES = "SELECT count(*) OVER (), b.* FROM ({broken}) b (what, fact) ORDER BY 2, 3 LIMIT %(named)s"


@dataclass(frozen=True, slots=True)
class Invariant:
    """``says`` is what holds; ``looked_at`` counts rows; ``broken`` selects (what, fact) for each breach.

    Both take ``%(company)s``. With ``everywhere`` they speak of the whole installation: rows that lost their
    parent belong to no company any more, and guards belong to all.
    """

    name: str
    says: str
    looked_at: str
    broken: str
    everywhere: bool = False


class Guard(NamedTuple):
    """A trigger that keeps rows as they were written: `guarded` proves that it is there and awake."""

    table: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one invariant came to: ``rows`` are the first of ``broken`` breaches, as "what: fact"."""

    invariant: Invariant
    looked_at: int
    broken: int
    rows: Sequence[str]


def examine(invariant: Invariant) -> Finding:
    """Recompute one invariant for the company in scope."""
    facts = {"company": current_company_id(), "named": NAMED}
    with connection.cursor() as cursor:
        cursor.execute(invariant.looked_at, facts)
        [looked_at] = cursor.fetchone()
        cursor.execute(BREACHES.format(broken=invariant.broken), facts)
        rows = cursor.fetchall()
    return Finding(invariant, looked_at, rows[0][0] if rows else 0, [f"{what}: {fact}" for _, what, fact in rows])


def guarded(guards: Sequence[Guard]) -> Invariant:
    """The invariant that all of ``guards`` are in the database and switched on."""
    values = ", ".join(f"('{guard.table}', '{guard.trigger}')" for guard in guards)
    return Invariant(
        "guards",
        "Every guard that keeps posted rows as they were written is in the database and switched on.",
        f"SELECT count(*) FROM (VALUES {values}) g",
        f"""
        SELECT g.guard || ' on ' || g.name,
               CASE WHEN t.oid IS NULL THEN 'it is not there' ELSE 'it is switched off' END
          FROM (VALUES {values}) g (name, guard)
          LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(g.name) AND t.tgname = g.guard
         WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
        """,
        everywhere=True,
    )


def numbered(series: Mapping[str, str]) -> Invariant:
    """The invariant that numbers leave no gap: of each series' code the statement that selects what rows bear."""
    given = "\n        UNION ALL\n        ".join(
        f"SELECT '{code}' AS series, n.number FROM ({numbers}) n (number)" for code, numbers in series.items()
    )
    checked = ", ".join(f"'{code}'" for code in series)
    return Invariant(
        "numbers-without-gaps",
        "Numbers are unique, and every series runs from 1 to its last number without a gap.",
        f"SELECT count(*) FROM ({given}) g",
        f"""
    WITH given AS (
        {given}
    ), read AS (
        SELECT g.series, g.number,
               CASE WHEN starts_with(g.number, s.prefix) AND substr(g.number, length(s.prefix) + 1) ~
                      '^[0-9]{{1,18}}$'
                    THEN substr(g.number, length(s.prefix) + 1)::bigint END AS ordinal
          FROM given g LEFT JOIN platform_numberseries s ON s.company_id = %(company)s AND s.code = g.series
    )
    SELECT number, 'it is no number of the series ' || series FROM read WHERE ordinal IS NULL
    UNION ALL
    SELECT min(number), 'number ' || ordinal || ' of the series ' || series || ' was given ' || count(*)
           || ' times'
      FROM read WHERE ordinal IS NOT NULL GROUP BY series, ordinal HAVING count(*) > 1
    UNION ALL
    SELECT s.prefix || lpad(missing.ordinal::text, greatest(s.digits, length(missing.ordinal::text)), '0'),
           'this number of the series ' || s.code || ' is missing'
      FROM platform_numberseries s
     CROSS JOIN LATERAL (
           SELECT generate_series(1, s.next_value - 1)
           EXCEPT SELECT r.ordinal FROM read r WHERE r.series = s.code) missing (ordinal)
     WHERE s.company_id = %(company)s AND s.code IN ({checked})
    UNION ALL
    SELECT r.number, 'it is beyond the last number given of the series ' || s.code
      FROM read r JOIN platform_numberseries s ON s.company_id = %(company)s AND s.code = r.series
     WHERE r.ordinal >= s.next_value
    """,
    )
