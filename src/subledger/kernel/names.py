"""Names in the languages of those who read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .languages import LANGUAGES, spoken
from .sentences import said

__all__ = ["TRANSLATIONS", "TranslatedName", "translations"]

# The columns of a row whose name customers read, by language.
TRANSLATIONS: Mapping[str, str] = {code: f"name_{code}" for code in LANGUAGES}


@dataclass(frozen=True, slots=True)
class TranslatedName:
    """A name, and what it is in other languages by their codes; ``TranslatedName("Cash", {"de": "Bar"})``."""

    name: str
    others: Mapping[str, str] = field(default_factory=dict)

    def said_in(self, language: str) -> str:
        """In the nearest language that there is a name in: ``de-AT`` is ``de``; else the name itself."""
        return self.others.get(spoken(language), "").strip() or self.name


def translations(name: str, words: Mapping[str, str]) -> dict[str, str]:
    """The columns of a ready row beside its ``name``: an English one of ours, whose other languages ``words`` has.

    What it is called in the language of the company stands as its name, and in no column.
    """
    own = said(name)
    return {TRANSLATIONS[code]: text for code, text in {"en": str(name), **words}.items() if text != own}
