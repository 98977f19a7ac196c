"""What every benchmark shares: sizes, alternating rounds, medians, ratios, bounds."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.server import Server

Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Size:
    """How much one run does. ``seconds`` is the length of one timed round of a rate measurement."""

    name: str
    rounds: int
    seconds: float
    tpcb_scale: int
    accounts: int
    invoices: int
    payments: int
    transactions: int
    bulk_payments: int
    large_account: int


FULL = Size(
    name="full",
    rounds=3,
    seconds=10.0,
    tpcb_scale=20,
    accounts=100_000,
    invoices=1_000_000,
    payments=1_000_000,
    transactions=1_000_000,
    bulk_payments=200_000,
    large_account=100_000,
)
# pgbench's scale stays at or above its eight clients: below, they queue for one branch row and the
# yardstick measures lock waits.
QUICK = Size(
    name="quick",
    rounds=1,
    seconds=2.0,
    tpcb_scale=8,
    accounts=2_000,
    invoices=20_000,
    payments=20_000,
    transactions=20_000,
    bulk_payments=5_000,
    large_account=2_000,
)


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
    """One case: the samples of both sides in the order taken. ``ours`` is empty for a yardstick alone."""

    case: str
    unit: str
    yardstick_name: str
    yardstick: list[float]
    bound: Bound
    ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """Median of ours over median of the yardstick; None when only the yardstick was measured."""
        if not self.ours:
            return None
        return statistics.median(self.ours) / statistics.median(self.yardstick)

    @property
    def kept(self) -> bool | None:
        return None if self.ratio is None else self.bound.holds(self.ratio)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A case that could not be measured here, and why."""

    case: str
    reason: str


def compare(
    case: str,
    *,
    yardstick_name: str,
    yardstick: Measure,
    bound: Bound,
    unit: str,
    rounds: int,
    ours: Measure | None = None,
    before_each: Callable[[], None] = lambda: None,
) -> Result:
    """Measure both sides in turn, A B A B, so that a drift of the machine falls on both alike.

    Args:
        unit: what both measures return, e.g. "per second" (a rate) or "seconds" (a duration).
        before_each: brings the server into the same state before every sample; it is not timed.
    """
    samples: dict[str, list[float]] = {"ours": [], "yardstick": []}
    sides: Iterable[tuple[str, Measure | None]] = (("ours", ours), ("yardstick", yardstick))
    for _ in range(rounds):
        for side, measure in sides:
            if measure is not None:
                before_each()
                samples[side].append(measure())
    return Result(
        case=case, unit=unit, yardstick_name=yardstick_name, bound=bound,
        ours=samples["ours"], yardstick=samples["yardstick"],
    )  # fmt: skip
