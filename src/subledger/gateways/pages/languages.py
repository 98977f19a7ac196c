"""The languages of customers' pages, and which of them a browser asks for."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from subledger.gateways.pages.pay_words import ENGLISH, GERMAN, Words
from subledger.gateways.pages.pay_words_south import GREEK, ITALIAN

WORDS = {words.language: words for words in (ENGLISH, GERMAN, ITALIAN, GREEK)}


def words_for(request: HttpRequest) -> Words:
    """The first language that the browser asks for and we speak, else English (``LANGUAGES`` are those in settings)."""
    return WORDS.get(get_language_from_request(request), ENGLISH)
