"""Card numbers in text: told from other long numbers, and masked wherever such a text is told of.

A run of 13 to 19 digits is taken for one when an issuer gives out such numbers of that length (ISO/IEC 7812 ranges of
the schemes in use) and its last digit is the check digit (Luhn). It may stand in groups:

- of any sizes, where blanks and the signs that people write numbers with are between them;
- of the sizes that are printed on cards (4-4-4-4, 4-6-5 and so on), where anything else is between them: up to eight
  signs of whatever script, or up to sixteen characters with letters, the same each time.

Tags of HTML, and characters written as `&#32;`, `%20` or `\u00a0`, are read as what they show as well. An IBAN, a UUID,
a digest in hexadecimal, an amount in thousands, and numbers that count up or stand in a row of more of their size are
no card numbers; nor are those of a list in prose, with a comma and a blank between them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import unquote

from .sentences import Sentence, say

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
INVISIBLE = frozenset(("Cf", "Mn", "Me"))  # categories of characters that take no place of their own
SEPARATORS = " -./_*:()[]"
GROUPS = re.compile(rf"\d+(?:[{re.escape(SEPARATORS)}]{{1,3}}\d+)*")
DIGITS = re.compile(r"\d+")
ENOUGH = 13  # digits, or no card has so few
NO_DIGITS = bytes(sorted(set(range(128)) - set(b"0123456789")))
# As schemes print them on cards, and as people cut the long ones.
PRINTED: tuple[tuple[int, ...], ...] = (
    (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3),
    (4, 6, 5), (4, 6, 4), (4, 4, 5), (4, 3, 3, 3),
)  # fmt: skip
SIGNS = re.compile(r"(?:[^\w,;]|_|[,;](?!\s)){1,8}")  # a comma and a blank stand between members of a list
LISTED = re.compile(r"[,;]\s")
ALIKE = 16  # characters with letters that may stand between groups, the same each time
STEP = 99  # by which the members of a list of numbers count up at most
# With at most one sign between two characters, as people group it.
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \-./_]?[A-Z0-9]){11,30}\b")
# A digest in hexadecimal, such as an imported row's fingerprint: digits in it are nobody's number.
DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{24,}(?![0-9A-Za-z])")
# The same in groups, as programs write them: one in 2,400 would hold what looks like a card number. With a letter at
# least, for a card number in such groups has none.
UUID = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9-]{0,35}[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
# A blank as `repr` writes it: a refusal quotes what it refuses.
ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[tnr])")
MARKED_UP = re.compile(r"[<&%]")
TAGS = re.compile(r"<[^<>]*>")
BLANKS = re.compile(r"\s+")
LONG = re.compile(r"\d(?:[\W_]{0,3}\d){12,}")
THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")


def card_number_in(text: str) -> str | None:
    """The digits of the first card number in a text; None where there is none."""
    if len(text) < ENOUGH:
        return None
    if text.isascii():
        digits = len(text.encode().translate(None, NO_DIGITS))
        plain = text if text.isprintable() and "\\" not in text else _plain(text)
    else:
        plain = _plain(text)
        digits = sum(map(str.isdigit, plain))
    if digits < ENOUGH and "%" not in plain and "&#" not in plain:
        return None  # as most texts are
    number = _found_in(plain)
    if number is None and MARKED_UP.search(plain):
        number = _found_in(_shown(plain))
    return number


def masked(text: str) -> str:
    """A text that may be kept whatever was in it: of long numbers only the last four digits, where it had a card's."""
    if card_number_in(text) is None:
        return text
    if isinstance(text, Sentence):  # one of ours stays one: its values are masked
        values = {name: masked(value) if isinstance(value, str) else value for name, value in text.values.items()}
        again = say(text.pattern, **values)
        if card_number_in(again) is None:
            return again
    kept = LONG.sub(_last_four, _plain(text))
    # A number in unusual groups is left: no digit of such a text is kept.
    return kept if card_number_in(kept) is None else DIGITS.sub("…", kept)


def _last_four(found: re.Match[str]) -> str:
    """Of a long number its last four digits, whatever stands between them."""
    return f"…{''.join(char for char in found[0] if char.isdigit())[-4:]}"


def _plain(text: str) -> str:
    """A text with every blank, dash and digit as ASCII has it, and without what takes no place."""
    return "".join(map(_plain_character, unicodedata.normalize("NFKC", ESCAPED.sub(" ", text))))


def _shown(plain: str) -> str:
    """A text as a browser shows it: without tags, with the characters that were written otherwise."""
    return _plain(BLANKS.sub(" ", TAGS.sub(" ", html.unescape(unquote(plain)))))


def _plain_character(char: str) -> str:
    category = unicodedata.category(char)
    if category in INVISIBLE:
        return ""
    if char.isdigit():
        return str(unicodedata.digit(char))
    return " " if char.isspace() else "-" if category == "Pd" else char


def _found_in(plain: str) -> str | None:
    """The first card number in a text of plain characters."""
    plain = UUID.sub("#", DIGEST.sub("#", plain))
    plain = IBAN.sub(lambda found: "#" if _is_iban(found[0]) else found[0], plain)
    for found in GROUPS.finditer(plain):
        number = _card_among(found[0])
        if number:
            return number
    return _card_in_print(plain)


def _card_among(run: str) -> str | None:
    """A card number made of whole groups that stand next to each other."""
    groups: list[str] = DIGITS.findall(run)
    if len(groups) > 1 and THOUSANDS.fullmatch(run):
        return None
    for first in range(len(groups)):
        number = ""
        for last, group in enumerate(groups[first : first + 19], first + 1):
            number += group
            if len(number) > 19:
                break
            if len(number) >= ENOUGH and _is_card(number) and not _counts_up(groups[first:last]):
                return number
    return None


def _card_in_print(plain: str) -> str | None:
    """A card number in groups as they are printed, whatever is between them."""
    found = list(DIGITS.finditer(plain))
    groups = [one[0] for one in found]
    between = [plain[one.end() : other.start()] for one, other in pairwise(found)]
    sizes = [len(group) for group in groups]
    for first in (at for at, size in enumerate(sizes) if size == 4):  # all of them begin with four
        for printed in PRINTED:
            last = first + len(printed)
            number = "".join(groups[first:last])
            if (
                tuple(sizes[first:last]) == printed
                and _is_card(number)
                and _belong_together(between[first : last - 1])
                and not _counts_up(groups[first:last])
                and not _is_in_a_row(sizes, between, first, last)
            ):
                return number
    return None


def _belong_together(between: Sequence[str]) -> bool:
    """Whether what is between groups may stand within one number."""
    if all(SIGNS.fullmatch(one) for one in between):
        return True
    return len(between[0]) <= ALIKE and not LISTED.match(between[0]) and len(set(between)) == 1


def _is_in_a_row(sizes: Sequence[int], between: Sequence[str], first: int, last: int) -> bool:
    """Whether another number of the same size goes before or after, behind the same separator: a list has them."""
    before = first > 0 and sizes[first - 1] == sizes[first] and between[first - 1] == between[first]
    behind = last < len(sizes) and sizes[last] == sizes[last - 1] and between[last - 1] == between[last - 2]
    return before or behind


def _counts_up(groups: Sequence[str]) -> bool:
    """Whether numbers of one size go up in small steps, as those of rooms, invoices and accounts in a list do."""
    return (
        len(groups) > 2
        and len({len(group) for group in groups}) == 1
        and all(0 < int(group) - int(before) <= STEP for before, group in pairwise(groups))
    )


def _is_card(number: str) -> bool:
    return _is_issued(number) and _luhn(number)


def _is_issued(number: str) -> bool:
    return any(first <= number[: len(first)] <= last and len(number) in lengths for first, last, lengths in RANGES)


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number)))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """The check digits of ISO 13616: 97 divides the number, with one left over."""
    compact = "".join(char for char in text if char.isalnum())
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1
