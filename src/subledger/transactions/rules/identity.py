"""When a payment is the same payment: twice is once, and genuine twins both stay."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import blake2b

PREFIX = "import:"


class Fingerprints:
    """Back office codes for payments that have none: what the row says, and its ordinal among equal rows of
    the file.

    A file imported again gives every payment the code it has; one that overlaps adds what is new by count,
    so two equal bookings of one day are two. Only what the row means is hashed, never its place or format:
    the same payments exported as CSV and as a workbook are the same. The account goes in as the file names
    it, so that a payment keeps its identity when it was held on the suspense account until the account was
    opened.
    """

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def code(self, *, account: str, currency: str, amount_minor: int, posted_on: date, words: tuple[str, ...]) -> str:
        """The code of the next payment that says this; ``words`` are its method, reference and the like."""
        said = "\x1f".join((account, currency, str(amount_minor), posted_on.isoformat(), *words))
        digest = blake2b(said.encode(), digest_size=12)
        self._seen[digest.digest()] += 1
        return f"{PREFIX}{digest.hexdigest()}:{self._seen[digest.digest()]}"


def code_kept(code: str, identity: str) -> str:
    """The code of a payment that is posted although it looks like one of another file: the file's own."""
    said, _, ordinal = code.rpartition(":")
    return f"{said}:{identity[:12]}:{ordinal}"
