"""What rooms above know of cards that runs may charge: when they charge one next, and whose customers were asked for
another. They put themselves in at start (`declare`); whoever tells customers that their cards end asks here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CardFacts", "asked", "coming", "declare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Two queries of the company ``%(company)s``. ``coming`` gives ``preference_id`` and ``charged_on``, the days on
    which ways to pay are charged next; ``asked`` the ``preference_id`` of those whose customers were asked for another
    card or account, and have registered none."""

    name: str
    coming: str
    asked: str


_declared: dict[str, CardFacts] = {}


def declare(one: CardFacts) -> None:
    """Make it known. ValueError: there is another of its name."""
    if _declared.setdefault(one.name, one) is not one:
        raise ValueError(f"There are other facts of cards named {one.name!r}.")


def coming() -> str:
    """A SELECT of ``preference_id`` and ``charged_on``: the first day on which each is charged."""
    parts = [one.coming for one in _declared.values()] or ["SELECT NULL::bigint AS preference_id, NULL::date"]
    return (
        "SELECT preference_id, min(charged_on) AS charged_on"
        f" FROM ({' UNION ALL '.join(parts)}) AS each (preference_id, charged_on) GROUP BY preference_id"
    )


def asked() -> str:
    """A SELECT of ``preference_id``."""
    parts = [one.asked for one in _declared.values()] or ["SELECT NULL::bigint"]
    return f"SELECT preference_id FROM ({' UNION ALL '.join(parts)}) AS each (preference_id)"
