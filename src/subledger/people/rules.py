"""How recovery codes are spelt and written."""

from __future__ import annotations

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else
GROUPS, LETTERS = 5, 5  # 25 characters of 31: 123 bits


def spelt(code: str) -> str:
    """A recovery code as it is compared: people leave out hyphens, or type capitals."""
    return "".join(letter for letter in code.lower() if letter.isalnum())


def grouped(letters: str) -> str:
    return "-".join(letters[at : at + LETTERS] for at in range(0, len(letters), LETTERS))
