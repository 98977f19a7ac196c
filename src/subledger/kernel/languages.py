"""The languages that customers are spoken to in, by their codes of ISO 639-1: the one place that says which they are.

Settings, the pages of customers and whatever is sent to them read it here. Staff pages, the API and commands are in
English.
"""

from __future__ import annotations

__all__ = ["ENGLISH", "LANGUAGES", "language_named"]

ENGLISH = "en"  # where neither the customer's own nor their browser's is one of them
LANGUAGES = {"en": "English", "de": "Deutsch", "it": "Italiano", "el": "Ελληνικά"}


def language_named(text: str) -> str | None:
    """The code of a language we speak; "" says nothing of it, and None is none of ours."""
    code = text.strip().lower()
    return code if code in LANGUAGES or not code else None
