"""The languages of customers: any that there is may be theirs, and some of them we speak.

What is kept of a customer is what was said, as BCP 47 writes it (RFC 5646): ``de-AT``, ``zh-Hant-TW``. Whatever is
shown or sent to them is in the nearest language of `LANGUAGES`, the one place that says which we speak.
"""

from __future__ import annotations

from babel.core import Locale, UnknownLocaleError

__all__ = ["ENGLISH", "LANGUAGES", "language_named", "spoken"]

ENGLISH = "en"  # where neither the customer's own nor their browser's is one of them
LANGUAGES = {"en": "English", "de": "Deutsch", "it": "Italiano", "el": "Ελληνικά"}


def language_named(text: str) -> str | None:
    """A language with its script and country, if it has them; "" says nothing of it, and None is none that there is.

    ``de_at`` is ``de-AT``. Variants and extensions are left out: nobody is spoken to by them.
    """
    code = text.strip().replace("_", "-")
    if not code:
        return ""
    try:
        found = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    return "-".join(part for part in (found.language, found.script, found.territory) if part)


def spoken(language: str) -> str:
    """The nearest to a language that we speak; "" where there is none."""
    code = language.partition("-")[0]
    return code if code in LANGUAGES else ""
