"""What reading one file may cost at most."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.kernel.sentences import say

MIB = 1024 * 1024
TOO_LONG = say("Shorten the cell, or leave its column out.")  # what to do about one that has more text than it may


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one file. ``seconds`` are those of the child that reads it: of processor time, and of waiting for it."""

    memory: int = 1024 * MIB  # address space of the child, libraries included (pyarrow's take some 300 MiB)
    seconds: int = 300
    expanded: int = 1024 * MIB  # bytes of a zip once they are unpacked
    ratio: int = 250  # how much larger a zip may become; sheets of repeated words reach 100
    columns: int = 1_000
    text: int = 131_072  # characters of one cell
    sheets: int = 250


STANDARD = Limits()
# On a web thread somebody waits for: what takes longer is for the command.
INTERACTIVE = Limits(seconds=60)
