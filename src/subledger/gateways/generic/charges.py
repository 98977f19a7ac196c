"""What a bank takes for the transactions of an entry, and what of its amount nothing explains. Arithmetic alone.

An entry is the sum of its transactions less the bank's charges: 53.00 out are a return of 50.00 with 3.00 on top, 47.00
in are 50.00 with 3.00 off. Banks name the charges beside a transaction or beside the entry, and a transaction's amount
before or after them; which it is shows where the sums agree. Amounts are positive, and a charge that is given back is
negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A transaction of an entry: what it is in the entry's amount (``booked``), and what was asked for.

    None is what the bank does not say, or says in another currency than the entry's."""

    sign: int  # 1 for money in, -1 for money out, 0 where it is not told
    booked: Decimal | None
    asked: Decimal | None
    others: tuple[Decimal, ...] = ()  # amounts that are named beside, of which one may be what was asked for
    charges: Decimal = ZERO
    is_return: bool = False
    is_ours: bool = True
    is_included: bool | None = None  # whether the bank says that the amount includes its charges


@dataclass(frozen=True, slots=True)
class Share:
    """What was asked for and what the bank took for it; ``left`` are charges that are not seen in its amount."""

    asked: Decimal | None
    fee: Decimal = ZERO
    left: Decimal = ZERO
    odd: Decimal = ZERO  # between the amounts of the transaction, with no charge that explains it


@dataclass(frozen=True, slots=True)
class Split:
    """An entry's ``shares``; ``difference`` is what they have more than the entry and no charge explains, ``beside``
    what the bank names as charges and is not in the entry."""

    shares: tuple[Share, ...]
    difference: Decimal = ZERO
    beside: Decimal = ZERO


def split(booked: Decimal | None, of_entry: Decimal, lines: Sequence[Line]) -> Split:
    """Share out an entry over ``booked`` (money out is negative), with the charges ``of_entry`` as a whole."""
    if len(lines) == 1 and of_entry:
        lines, of_entry = [replace(lines[0], charges=of_entry)], ZERO
    shares = [_own(line) for line in lines]
    outside, inside = sum((one.left for one in shares), ZERO), sum((one.fee for one in shares), ZERO)
    odd = sum((one.odd for one in shares), ZERO)
    total = _sum(lines)
    if booked is None or total is None:
        return Split(tuple(shares), odd, outside + of_entry)
    rest = total - booked
    if not rest:
        shares = [_net(line, share) for line, share in zip(lines, shares, strict=True)]
        of_entry = ZERO if of_entry == inside else of_entry
        return Split(tuple(shares), odd, sum((one.left for one in shares), ZERO) + of_entry)
    if outside * rest > 0 and abs(outside) <= abs(rest):
        shares = [replace(one, fee=one.fee + one.left, left=ZERO) for one in shares]
        rest -= outside
    if rest and rest == of_entry and all(line.is_ours for line in lines):
        shares[0] = replace(shares[0], fee=shares[0].fee + of_entry)  # nobody says for which of them
        rest = ZERO
    return Split(tuple(shares), rest + odd)


def _own(line: Line) -> Share:
    """What a transaction's own amounts tell."""
    if line.booked is None or line.asked is None:
        return Share(line.asked, left=line.charges)
    inside = line.sign * (line.asked - line.booked)
    if not inside:
        meant = [other for other in line.others if line.charges and line.sign * (other - line.booked) == line.charges]
        return Share(meant[0], line.charges) if meant else Share(line.asked, left=line.charges)
    if inside == line.charges or (line.is_return and inside > 0):
        return Share(line.asked, inside)
    return Share(line.asked, left=line.charges, odd=inside)


def _net(line: Line, share: Share) -> Share:
    """Where an entry agrees with its amounts, charges are within the only amount there is, or in no amount at all."""
    if not share.left or line.others or not line.is_included or line.booked is None or line.asked != line.booked:
        return share
    return Share(line.booked + line.sign * share.left, share.left)


def _sum(lines: Sequence[Line]) -> Decimal | None:
    total = ZERO
    for line in lines:
        if line.booked is None or not line.sign:
            return None
        total += line.sign * line.booked
    return total
