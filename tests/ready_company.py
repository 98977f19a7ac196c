"""A company with every default, made once in a worker's database and written again for each test that wants one.

Making one takes some 150 statements; writing the same rows again, under new ids, takes two. The rows are those that
`set_up_company` wrote, whatever the tables: triggers and constraints have seen them once and sleep while they are
written again, which only a superuser may ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.transaction import atomic, set_rollback

from subledger.companies.models import Company
from subledger.platform.statements import fresh_ids

COLUMNS = """
    SELECT relation.oid::regclass::text AS name, array_agg(quote_ident(attname) ORDER BY attnum) AS columns
    FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relnamespace
         JOIN pg_attribute ON attrelid = relation.oid
         LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE nspname = 'public' AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          AND attidentity = '' AND coalesce(pg_get_expr(adbin, adrelid), '') NOT LIKE '%xact_id%'
    GROUP BY relation.oid
    ORDER BY 1
"""
WRITTEN_HERE = """
    SELECT count(*), json_agg(row)::text FROM (
        SELECT {columns} FROM {table} WHERE xmin::text::bigint >= pg_current_xact_id()::text::bigint
    ) AS row
"""


@dataclass(frozen=True)
class ReadyCompany:
    """The rows of a company as a script in which its ids, its code and its instant are left out.

    Attributes:
        pieces: the text between them.
        words: which of them follows each piece but the last: an id by its rank, the code, or the instant.
    """

    pieces: list[str]
    words: list[int]
    ids: int
    own: int

    def write(self, *, code: str, now: datetime) -> Company:
        """Write its rows once more, under new ids and another code, as if at ``now``."""
        ids = fresh_ids(self.ids)
        words = [*map(str, ids), code, now.isoformat()]
        script = [self.pieces[0]]
        for word, piece in zip(self.words, self.pieces[1:], strict=True):
            script += (words[word], piece)
        with atomic(), connection.cursor() as cursor:
            cursor.execute("".join(script))
        return Company.objects.get(pk=ids[self.own])


def recorded(make: Callable[[], Company]) -> ReadyCompany | None:
    """What ``make`` writes, by a database that is left as it was; None where we are no superuser."""
    with atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone() != (True,):
            return None
        company = make()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        script = ["SET LOCAL session_replication_role = replica;"]
        cursor.execute(COLUMNS)
        for table, columns in cursor.fetchall():
            listed = ", ".join(columns)
            cursor.execute(WRITTEN_HERE.format(columns=listed, table=table))
            count, rows = cursor.fetchone()
            if count:
                script.append(
                    f"INSERT INTO {table} ({listed})"
                    f" SELECT {listed} FROM json_populate_recordset(NULL::{table}, $rows${rows}$rows$);"
                )
        script.append("SET LOCAL session_replication_role = origin;")
        set_rollback(True)
    return _taken_apart("\n".join(script), company)


def _taken_apart(script: str, company: Company) -> ReadyCompany:
    instant = company.created_at.isoformat()
    words = re.compile(rf"\b[0-9]{{17,19}}\b|{re.escape(company.code)}|{re.escape(instant)}")
    found = words.findall(script)
    ids = sorted({each for each in found if each.isdigit()}, key=int)
    ranks = {each: rank for rank, each in enumerate([*ids, company.code, instant])}
    return ReadyCompany(
        pieces=words.split(script),
        words=[ranks[each] for each in found],
        ids=len(ids),
        own=ranks[str(company.pk)],
    )
