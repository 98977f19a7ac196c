"""The words of the customer's page of an account by language."""

from __future__ import annotations

from .words import ENGLISH, GERMAN, PortalWords
from .words_south import GREEK, ITALIAN

WORDS: dict[str, PortalWords] = {words.language: words for words in (ENGLISH, GERMAN, ITALIAN, GREEK)}
