"""Journal lines as values: merged, balanced, and carried into the base currency without losing a unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from subledger.kernel.rounding import half_up
from subledger.kernel.sentences import say


class Line(NamedTuple):
    """One side of an entry: positive is a debit, negative a credit; ``base`` in the company's base currency."""

    ledger_account_id: int
    minor: int
    base: int


class EntryLine(NamedTuple):
    """A line with the receivable account behind it, where there is one."""

    ledger_account_id: int
    minor: int
    base: int
    account_id: int | None = None


def to_base(minor: int, rate: Decimal | None, exponents: tuple[int, int] = (2, 2)) -> int:
    """Minor units of base currency for minor units of another; ``rate`` is base per one major unit, None for the same.

    ``exponents`` are the decimals of (transaction currency, base currency). Halves round away from zero.
    """
    if rate is None:
        return minor
    return half_up((Decimal(minor) * rate).scaleb(exponents[1] - exponents[0]))


def balanced(
    amounts: Iterable[tuple[int, int]],
    *,
    rate: Decimal | None = None,
    exponents: tuple[int, int] = (2, 2),
    control: int | None = None,
) -> list[Line]:
    """Merge (ledger account, signed minor) pairs per account and give each its base amount.

    What rounding leaves over in base currency goes to the largest line that is not the ``control`` account, whose
    base amount must be the transaction's own. ValueError when the amounts do not sum to zero.
    """
    merged: dict[int, int] = {}
    for account, minor in amounts:
        merged[account] = merged.get(account, 0) + minor
    if sum(merged.values()):
        raise ValueError(say("journal lines do not balance: {merged}", merged=merged))
    lines = [Line(account, minor, to_base(minor, rate, exponents)) for account, minor in merged.items() if minor]
    if rate is not None and lines:
        residue = sum(line.base for line in lines)
        largest = max(
            (i for i, line in enumerate(lines) if line.ledger_account_id != control),
            key=lambda i: abs(lines[i].minor),
        )
        lines[largest] = lines[largest]._replace(base=lines[largest].base - residue)
    return lines


MOST_CHANGE = Decimal("1.5")  # between two rates of a currency; more is asked for
CLEAR_CHANGE = Decimal("1.05")  # below it a rate and its inverse look alike


def inverse_of(rate: Decimal) -> Decimal:
    """The same rate told the other way round, with the ten decimals that the books keep."""
    return (1 / rate).quantize(Decimal("1e-10"), rounding=ROUND_HALF_UP)


def looks_inverted(rate: Decimal, last: Decimal) -> bool:
    """Whether a rate is far from the last one and close to its inverse."""
    change, change_of_inverse = _change(rate, last), _change(rate * last, Decimal(1))
    return change > CLEAR_CHANGE and (change_of_inverse - 1) * 5 < change - 1


def is_implausible(rate: Decimal, last: Decimal) -> bool:
    return _change(rate, last) > MOST_CHANGE or looks_inverted(rate, last)


def _change(one: Decimal, other: Decimal) -> Decimal:
    return max(one / other, other / one)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the journal."""

    id: int
    effective_on: date
    source: str
    source_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of an entry, its sides apart; minor units of ``currency`` and of the company's base currency."""

    entry_id: int
    position: int
    ledger_account_id: int
    account_id: int | None
    currency: str
    debit_minor: int
    credit_minor: int
    base_debit_minor: int
    base_credit_minor: int


def line_rows(entry_id: int, lines: Sequence[Line], *, currency: str, account_id: int | None) -> list[LineRow]:
    """Lines as rows of the journal, ready for the database."""
    return entry_rows(entry_id, [EntryLine(*line, account_id) for line in lines], currency=currency)


def entry_rows(entry_id: int, lines: Sequence[EntryLine], *, currency: str) -> list[LineRow]:
    """`line_rows` of lines that each have an account of their own, or none."""
    return [
        LineRow(
            entry_id=entry_id,
            position=position,
            ledger_account_id=line.ledger_account_id,
            account_id=line.account_id,
            currency=currency,
            debit_minor=line.minor if line.minor > 0 else 0,
            credit_minor=-line.minor if line.minor < 0 else 0,
            base_debit_minor=line.base if line.base > 0 else 0,
            base_credit_minor=-line.base if line.base < 0 else 0,
        )
        for position, line in enumerate(lines, 1)
    ]
