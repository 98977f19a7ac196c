"""The languages of customers: any that there is may be theirs, and some of them we speak.

What is kept of a customer is what was said, as BCP 47 writes it (RFC 5646): ``de-AT``, ``zh-Hant-TW``. Whatever is
shown or sent to them is in the nearest language of `LANGUAGES`, the one place that says which we speak. Staff pages
are in those of `PAGE_LANGUAGES`, each person's own.
"""

from __future__ import annotations

from functools import cache

from babel.core import Locale, UnknownLocaleError

from .errors import Invalid
from .sentences import say

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "PAGE_LANGUAGES",
    "LanguageUnknown",
    "language_asked",
    "language_named",
    "locale_of",
    "spoken",
]

ENGLISH = "en"  # where neither the customer's own nor their browser's is one of them
LANGUAGES = {"en": "English", "de": "Deutsch", "it": "Italiano", "el": "Ελληνικά"}
PAGE_LANGUAGES = {code: LANGUAGES[code] for code in ("en", "de")}  # that staff pages are in, whole


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


# Where a language is written in several ways and nobody said the country. 28/11/2026 is read by more readers of English
# than 11/28.
_USUAL = {"en": "en_GB", "de": "de_DE", "it": "it_IT", "el": "el_GR"}


@cache
def locale_of(language: str) -> str:
    """How days, numbers and money are written to a reader of ``language``, as Babel calls it: ``locale_of("de-CH")``
    is ``de_CH``. Its country counts where CLDR knows how the language is written there; English where nothing is said.
    """
    code, _, country = language.partition("-")
    usual = _USUAL.get(code, code or _USUAL[ENGLISH])
    if not country:
        return usual
    try:
        found = Locale.parse(f"{code}_{country[-2:]}")
    except (UnknownLocaleError, ValueError):
        return usual
    return str(found)


def spoken(language: str) -> str:
    """The nearest to a language that we speak; "" where there is none."""
    code = language.partition("-")[0]
    return code if code in LANGUAGES else ""


class LanguageUnknown(Invalid):
    """A language that nothing is written in."""

    code = "language_unknown"


def language_asked(text: str, *, param: str | None = "/language") -> str:
    """The language of what is shown or sent, as somebody asks for it: ``de-AT`` is ``de``; "" asks for none.

    Raises:
        LanguageUnknown: it is none of `LANGUAGES`.
    """
    if not text.strip():
        return ""
    code = spoken(language_named(text.lower()) or "")
    if not code:
        known = ", ".join(f"{each} ({name})" for each, name in LANGUAGES.items())
        raise LanguageUnknown(
            say("Documents and messages are not written in {text!r}. Choose one of: {known}.", text=text, known=known),
            param=param,
        )
    return code
