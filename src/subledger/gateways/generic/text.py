"""Text as banks can write it."""

from __future__ import annotations

import re

from text_unidecode import unidecode

# The character set that every SEPA bank takes (EPC217-08): anything else may be refused with the whole file.
UNWRITABLE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")


def sepa_text(text: str, longest: int) -> str:
    """In the letters of SEPA: ``sepa_text("Müller & Söhne", 70) == "Muller + Sohne"``; "" when none is left."""
    latin = UNWRITABLE.sub(" ", unidecode(text).replace("&", "+"))
    words = " ".join(latin.split())[:longest].strip()
    return words if any(letter.isalnum() for letter in words) else ""
