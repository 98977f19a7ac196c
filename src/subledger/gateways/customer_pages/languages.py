"""The words of customers' pages by language, and which of them a customer reads."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from subledger.kernel.languages import spoken

from .words import ENGLISH, GERMAN, Words
from .words_south import GREEK, ITALIAN

WORDS = {words.language: words for words in (ENGLISH, GERMAN, ITALIAN, GREEK)}


def words_for(request: HttpRequest, language: str = "") -> Words:
    """The ``language`` of the customer where it is known, with the country that it names; else the first that the
    browser asks for and we speak, else English."""
    known = WORDS.get(spoken(language))
    return known.read_in(language) if known else WORDS.get(get_language_from_request(request), ENGLISH)
