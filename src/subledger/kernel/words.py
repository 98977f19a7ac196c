"""English for messages: articles, and names of enumerations as people read them."""

from __future__ import annotations

__all__ = ["a", "counted", "plain"]


def plain(name: object) -> str:
    """``credit_note`` as credit note."""
    return str(getattr(name, "value", name)).replace("_", " ")


def a(name: object) -> str:
    """A noun with its article: ``an invoice``, ``a credit note``."""
    noun = plain(name)
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def counted(number: int, noun: str) -> str:
    """``1 draft``, ``2 drafts``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
