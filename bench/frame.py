"""What every benchmark shares: sizes, alternating rounds, medians, ratios, bounds."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from bench.server import Server

Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Size:
    """How much one run does. ``seconds`` is the length of one timed round of a rate measurement."""

    name: str
    rounds: int
    seconds: float
    tpcb_scale: int
    posting_accounts: int
    posting_invoices: int
    accounts: int
    invoices: int
    payments: int
    transactions: int
    bulk_payments: int
    large_account: int
    square: int  # so many invoices and so many credits on one account
    gateway_requests: int
    charges: int  # of one payment run
    page_accounts: int
    webhook_events: int


FULL = Size(
    name="full",
    rounds=3,
    seconds=10.0,
    tpcb_scale=20,
    posting_accounts=20_000,
    posting_invoices=400_000,
    accounts=100_000,
    invoices=1_000_000,
    payments=1_000_000,
    transactions=1_000_000,
    bulk_payments=200_000,
    large_account=100_000,
    square=10_000,
    gateway_requests=5_000,
    charges=10_000,
    page_accounts=10_000,
    webhook_events=10_000,
)
# pgbench's scale stays at or above its eight clients: below, they queue for one branch row and the
# yardstick measures lock waits.
QUICK = Size(
    name="quick",
    rounds=1,
    seconds=2.0,
    tpcb_scale=8,
    posting_accounts=1_000,
    posting_invoices=30_000,
    accounts=2_000,
    invoices=20_000,
    payments=20_000,
    transactions=20_000,
    bulk_payments=5_000,
    large_account=2_000,
    square=1_000,
    gateway_requests=1_000,
    charges=1_000,
    page_accounts=200,
    webhook_events=2_000,
)


# What a machine or a promise sets, however large the books are.
OF_ANY_SIZE = frozenset({"name", "rounds", "seconds", "tpcb_scale"})


def scaled(size: Size, invoices: int) -> Size:
    """A size with so many invoices, and everything else in proportion; itself where those are its own."""
    if invoices == size.invoices:
        return size
    part = {
        field.name: max(getattr(size, field.name) * invoices // size.invoices, 1)
        for field in fields(size)
        if field.name not in OF_ANY_SIZE
    }
    return replace(size, name=f"of {invoices:,} invoices", **part)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: the server everything is measured on, and how much to do."""

    server: Server
    size: Size


@dataclass(frozen=True, slots=True)
class Bound:
    """A promise about ours / yardstick: at least so much for rates, at most so much for durations."""

    sense: str
    ratio: float

    def __post_init__(self) -> None:
        if self.sense not in (">=", "<="):
            raise ValueError(f"A bound is '>=' or '<=', got {self.sense!r}")

    def holds(self, ratio: float) -> bool:
        return ratio >= self.ratio if self.sense == ">=" else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{'≥' if self.sense == '>=' else '≤'} {self.ratio:g}"


def at_least(ratio: float) -> Bound:
    return Bound(">=", ratio)


def at_most(ratio: float) -> Bound:
    return Bound("<=", ratio)


@dataclass(frozen=True, slots=True)
class Result:
    """One case: the samples of both sides in the order taken. Without a ``bound`` it only informs."""

    case: str
    unit: str
    ours: list[float]
    yardstick_name: str
    yardstick: list[float]
    bound: Bound | None

    @property
    def ratio(self) -> float:
        """Median of ours over median of the yardstick."""
        return statistics.median(self.ours) / statistics.median(self.yardstick)

    @property
    def ratios(self) -> list[float]:
        """Of each round: its sample over the yardstick's that was taken beside it, or over the one limit."""
        beside = self.yardstick if len(self.yardstick) == len(self.ours) else self.yardstick[:1] * len(self.ours)
        return [ours / yardstick for ours, yardstick in zip(self.ours, beside, strict=True)]

    @property
    def kept(self) -> bool:
        return self.bound is None or self.bound.holds(self.ratio)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A case that could not be measured here, and why."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What ours is measured beside, and what is promised of the ratio."""

    name: str
    measure: Measure
    bound: Bound | None


def compare(
    case: str,
    *,
    unit: str,
    ours: Measure,
    yardstick_name: str,
    yardstick: Measure,
    bound: Bound | None,
    rounds: int,
    before_each: Callable[[], None] = lambda: None,
) -> Result:
    """`compare_all` beside one yardstick."""
    yardsticks = [Yardstick(yardstick_name, yardstick, bound)]
    [found] = compare_all(case, unit=unit, ours=ours, yardsticks=yardsticks, rounds=rounds, before_each=before_each)
    return found


def compare_all(
    case: str,
    *,
    unit: str,
    ours: Measure,
    yardsticks: Sequence[Yardstick],
    rounds: int,
    before_each: Callable[[], None] = lambda: None,
) -> list[Result]:
    """Measure ours and each yardstick in turn, A B C A B C, so that a drift of the machine falls on all alike.

    Args:
        unit: what all measures return, e.g. "payments / s" (a rate) or "seconds" (a duration).
        before_each: brings the server into the same state before every sample; it is not timed.
    """
    samples: list[list[float]] = [[] for _ in range(1 + len(yardsticks))]
    for _ in range(rounds):
        for taken, measure in zip(samples, (ours, *(one.measure for one in yardsticks)), strict=True):
            before_each()
            taken.append(measure())
    return [
        Result(case, unit, samples[0], one.name, taken, one.bound)
        for one, taken in zip(yardsticks, samples[1:], strict=True)
    ]


def within(case: str, *, unit: str, ours: list[float], limit: float) -> Result:
    """A promise in figures of its own: the yardstick is the limit."""
    return Result(case, unit, ours, "the limit", [limit], at_most(1))
