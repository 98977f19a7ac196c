"""Card numbers in text: told from other long numbers, and masked wherever such a text is told of.

A run of 13 to 19 digits is taken for one when an issuer gives out such numbers of that length (ISO/IEC 7812 ranges of
the schemes in use) and its last digit is the check digit (Luhn). Groups may be separated by spaces and the signs that
people put between them; a comma is none, for it separates the columns of a row. An IBAN, a UUID, a digest in
hexadecimal and an amount in thousands are no card numbers.
"""

from __future__ import annotations

import re
import unicodedata

# (first digits from, to, lengths)
RANGES: tuple[tuple[str, str, range], ...] = (
    ("4", "4", range(13, 20, 3)),  # Visa
    ("51", "55", range(16, 17)),  # Mastercard
    ("2221", "2720", range(16, 17)),
    ("34", "34", range(15, 16)),  # American Express
    ("37", "37", range(15, 16)),
    ("6011", "6011", range(16, 20)),  # Discover
    ("644", "659", range(16, 20)),
    ("62", "62", range(16, 20)),  # UnionPay
    ("3528", "3589", range(16, 20)),  # JCB
    ("300", "305", range(14, 15)),  # Diners Club
    ("36", "36", range(14, 15)),
    ("38", "39", range(14, 15)),
    ("5018", "5018", range(13, 20)),  # Maestro
    ("5020", "5020", range(13, 20)),
    ("5038", "5038", range(13, 20)),
    ("5893", "5893", range(13, 20)),
    ("6304", "6304", range(13, 20)),
    ("6759", "6763", range(13, 20)),
    ("2200", "2204", range(16, 20)),  # Mir
)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
SEPARATORS = " -./_*:()[]"
GROUPS = re.compile(rf"\d+(?:[{re.escape(SEPARATORS)}]{{1,3}}\d+)*")
BETWEEN = dict.fromkeys(map(ord, SEPARATORS))  # what may separate the groups of a number
ENOUGH = re.compile(r"\d{13}")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
# A digest in hexadecimal, such as an imported row's fingerprint: digits in it are nobody's number.
DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{24,}(?![0-9A-Za-z])")
# The same in groups, as programs write them: one in 2,400 would hold what looks like a card number. With a letter at
# least, for a card number in such groups has none.
UUID = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9-]*[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
# A blank as `repr` writes it: a refusal quotes what it refuses.
ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[tnr])")
LONG = re.compile(r"\d(?:[\W_]{0,3}\d){12,}")
THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")


def card_number_in(text: str) -> str | None:
    """The digits of the first card number in a text; None where there is none."""
    if len(text) < 13:
        return None
    if text.isascii() and text.isprintable() and "\\" not in text:
        plain = text  # as most texts are: nothing in them stands for anything else
    else:
        plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", ESCAPED.sub(" ", text)))
        plain = "".join(str(unicodedata.digit(char, char)) if char.isdigit() else char for char in plain)
        plain = "".join(
            " " if char.isspace() else "-" if unicodedata.category(char) == "Pd" else char for char in plain
        )
    if not ENOUGH.search(plain.translate(BETWEEN)):
        return None
    plain = UUID.sub("#", DIGEST.sub("#", plain))
    plain = IBAN.sub(lambda found: "#" if _is_iban(found[0]) else found[0], plain)
    for found in GROUPS.finditer(plain):
        number = _card_among(found[0])
        if number:
            return number
    return None


def masked(text: str) -> str:
    """A text that may be kept whatever was in it: of long numbers only the last four digits, where it had a card's."""
    if card_number_in(text) is None:
        return text
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", ESCAPED.sub(" ", text)))
    return LONG.sub(_last_four, plain)


def _last_four(found: re.Match[str]) -> str:
    """Of a long number its last four digits, whatever stands between them."""
    return f"…{''.join(char for char in found[0] if char.isdigit())[-4:]}"


def _card_among(run: str) -> str | None:
    """A card number made of whole groups that stand next to each other."""
    groups: list[str] = re.findall(r"\d+", run)
    if len(groups) > 1 and THOUSANDS.fullmatch(run):
        return None
    for first in range(len(groups)):
        number = ""
        for group in groups[first:]:
            number += group
            if len(number) > 19:
                break
            if len(number) >= 13 and _is_card(number):
                return number
    return None


def _is_card(number: str) -> bool:
    return _is_issued(number) and _luhn(number)


def _is_issued(number: str) -> bool:
    return any(first <= number[: len(first)] <= last and len(number) in lengths for first, last, lengths in RANGES)


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number)))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """The check digits of ISO 13616: 97 divides the number, with one left over."""
    compact = text.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1
