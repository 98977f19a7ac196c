"""What must always hold of the books, said in SQL, so that anybody can prove it again: ``subledger check``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from subledger.kernel.sentences import say

from .scope import current_company_id

# How many offending rows are named; all of them are counted.
NAMED = 20

BREACHES = "SELECT count(*) OVER (), b.* FROM ({broken}) b (what, fact) ORDER BY 2, 3 LIMIT %(named)s"


@dataclass(frozen=True, slots=True)
class Invariant:
    """``says`` is what holds; ``looked_at`` counts rows; ``broken`` selects (what, fact) for each breach.

    Both take ``%(company)s``; what goes by the declarations of rooms is made when it is asked. With ``everywhere`` they
    speak of the whole installation: rows that lost their parent belong to no company, and guards belong to all.
    """

    name: str
    says: str
    looked_at: str
    broken: str | Callable[[], str]
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
    broken = invariant.broken if isinstance(invariant.broken, str) else invariant.broken()
    with connection.cursor() as cursor:
        cursor.execute(invariant.looked_at, facts)
        [looked_at] = cursor.fetchone()
        cursor.execute(BREACHES.format(broken=broken), facts)
        rows = cursor.fetchall()
    return Finding(invariant, looked_at, rows[0][0] if rows else 0, [f"{what}: {fact}" for _, what, fact in rows])


def guarded(guards: Sequence[Guard]) -> Invariant:
    """The invariant that all of ``guards`` are in the database and switched on."""
    values = ", ".join(f"('{guard.table}', '{guard.trigger}')" for guard in guards)
    return Invariant(
        "guards",
        say("Every guard that keeps posted rows as they were written is in the database and switched on."),
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


# Numbers by the format, period and counter in which they were given: what was, and what is counted in now.
RANGES = """
    SELECT r.series, r.format, r.restarts, r.period, r.first_value, r.next_value, false AS goes_on
      FROM platform_numberrange r WHERE r.company_id = %(company)s
    UNION ALL
    SELECT s.code, s.format, s.restarts, '', s.first_value, s.next_value, true
      FROM platform_numberseries s WHERE s.company_id = %(company)s AND s.restarts = 'never'
    UNION ALL
    SELECT s.code, s.format, s.restarts, c.period, c.first_value, c.next_value, true
      FROM platform_numbercounter c
      JOIN platform_numberseries s ON s.company_id = c.company_id AND s.code = c.series AND s.restarts <> 'never'
     WHERE c.company_id = %(company)s
"""
# Of each format the pattern of its numbers, once for each place in them, with that place captured; null where a format
# has no such place.
_PLACES = {"number": "[0-9]{1,18}", "year": "[0-9]{4}", "yy": "[0-9]{2}", "month": "[0-9]{2}"}


def _capturing(place: str) -> str:
    text = "m.marked"
    for name, digits in _PLACES.items():
        text = f"replace({text}, '<{name}>', '{f'({digits})' if name == place else digits}')"
    return f"CASE WHEN strpos(m.marked, '<{place}>') > 0 THEN {text} END AS of_{place}"


_PATTERNS = rf"""
    SELECT m.series, m.format, m.restarts, m.width, {", ".join(_capturing(place) for place in _PLACES)}
      FROM (SELECT DISTINCT series, format, restarts,
                   coalesce(substring(format FROM '\{{number:([0-9]+)\}}')::integer, 1) AS width,
                   '^' || replace(replace(replace(regexp_replace(regexp_replace(format, '([/.-])', '\\\1', 'g'),
                       '\{{number(:[0-9]+)?\}}', '<number>'), '{{year}}', '<year>'), '{{yy}}', '<yy>'),
                       '{{month}}', '<month>') || '$' AS marked
              FROM ranges) m
"""


def numbered(series: Mapping[str, str]) -> Invariant:
    """The invariant that numbers leave no gap: of each series' code the statement that selects what rows bear."""
    given = "\n        UNION ALL\n        ".join(
        f"SELECT '{code}' AS series, n.number FROM ({numbers}) n (number)" for code, numbers in series.items()
    )
    checked = ", ".join(f"'{code}'" for code in series)
    return Invariant(
        "numbers-without-gaps",
        say(
            "Numbers are unique, and every series runs without a gap from the number it began with, in each year or "
            "month that it begins again."
        ),
        f"SELECT count(*) FROM ({given}) g",
        f"""
    WITH given AS (
        {given}
    ), ranges AS ({RANGES}
    ), patterns AS MATERIALIZED ({_PATTERNS}
    ), read AS MATERIALIZED (
        SELECT g.series, g.number, p.format, p.restarts, p.width, substring(g.number FROM p.of_number) AS digits,
               CASE WHEN p.restarts <> 'never'
                    THEN coalesce(substring(g.number FROM p.of_year), substring(g.number FROM p.of_yy))
                         || CASE p.restarts WHEN 'month' THEN '-' || substring(g.number FROM p.of_month) ELSE '' END
                    ELSE '' END AS period
          FROM given g JOIN patterns p ON p.series = g.series
    ), placed AS (
        SELECT d.series, d.number, d.digits::bigint AS ordinal, r.format, r.period, r.first_value, r.goes_on,
               d.digits::bigint >= r.first_value AND d.digits::bigint < r.next_value AS is_given,
               r.goes_on AND d.digits::bigint >= r.next_value AS is_beyond
          FROM read d
          JOIN ranges r ON r.series = d.series AND r.format = d.format AND r.restarts = d.restarts
               AND d.period IN (r.period, substr(r.period, 3))
         WHERE length(d.digits) = greatest(d.width, length(d.digits::bigint::text))
    ), found AS (
        SELECT g.series, g.number, bool_or(p.is_given) AS is_given, bool_or(p.is_beyond) AS is_beyond
          FROM given g LEFT JOIN placed p ON p.series = g.series AND p.number = g.number GROUP BY 1, 2
    )
    SELECT number, 'it is no number of the series ' || series
      FROM found WHERE NOT coalesce(is_given OR is_beyond, false)
    UNION ALL
    SELECT number, 'it is beyond the last number given of the series ' || series
      FROM found WHERE is_beyond AND NOT is_given
    UNION ALL
    SELECT min(number), 'number ' || ordinal || ' of the series ' || series || ' was given ' || count(*)
           || ' times'
      FROM placed WHERE is_given GROUP BY series, format, period, first_value, ordinal HAVING count(*) > 1
    UNION ALL
    SELECT replace(replace(replace(regexp_replace(o.format, '\\{{number(:[0-9]+)?\\}}', lpad(o.ordinal::text,
               greatest(o.width, length(o.ordinal::text)), '0')), '{{year}}', coalesce(nullif(left(o.period, 4), ''),
               '{{year}}')), '{{yy}}', coalesce(nullif(substr(o.period, 3, 2), ''), '{{yy}}')), '{{month}}',
               coalesce(nullif(substr(o.period, 6), ''), '{{month}}')),
           'this number of the series ' || o.series || ' is missing'
      FROM (SELECT r.*, p.width, generate_series(r.first_value, r.next_value - 1) AS ordinal
              FROM ranges r JOIN patterns p USING (series, format, restarts) WHERE r.series IN ({checked})) o
      LEFT JOIN placed d ON d.is_given AND d.series = o.series AND d.format = o.format AND d.period = o.period
           AND d.first_value = o.first_value AND d.ordinal = o.ordinal
     WHERE d.number IS NULL
    """,
    )
