"""What rooms above keep payment runs from charging: documents, each with the way to pay by which it is not charged.

They put themselves in at start (`declare`). Whoever makes such a charge itself asks without (`services.asking.ask`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .reasons import WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """``sql`` is a SELECT, of the company ``%(company)s`` on the day ``%(decide_on)s``, of ``kind`` and ``object_id``
    (as claims call documents) and ``preference_id``. ``reason`` is what a run says of them, ``words`` how people read
    that."""

    reason: str
    words: str
    sql: str


NOTHING = """
    SELECT NULL::text AS kind, NULL::bigint AS object_id, NULL::bigint AS preference_id, '' AS reason, 0 AS place
     WHERE false
"""
_declared: dict[str, Withheld] = {}


def declare(one: Withheld) -> None:
    """Make it known. ValueError: there is another of its reason."""
    if _declared.setdefault(one.reason, one) is not one:
        raise ValueError(f"There is another reason {one.reason!r} for which runs leave documents alone.")
    WORDS[one.reason] = one.words


def withheld() -> str:
    """One row for each that is withheld: ``kind, object_id, preference_id, reason``, the first declared where several
    hold."""
    parts = [
        f"SELECT w{place}.kind, w{place}.object_id, w{place}.preference_id, '{one.reason}' AS reason, {place} AS place"
        f" FROM ({one.sql}) AS w{place}"
        for place, one in enumerate(_declared.values())
    ]
    return (
        "SELECT DISTINCT ON (kind, object_id, preference_id) kind, object_id, preference_id, reason"
        f" FROM ({' UNION ALL '.join(parts) or NOTHING}) AS each ORDER BY kind, object_id, preference_id, place"
    )
