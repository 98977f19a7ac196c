"""Files of which each row is one thing, such as a customer. What exists is compared, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say

from . import errors
from .comparison import refuse_difference
from .creation import refusals_of
from .faults import faults_of
from .options import Choices, Options
from .report import Outcome, Progress
from .rules.cells import Row

PART = 1_000
LONG = 300  # characters of a name


Own = TypeVar("Own", bound=Choices)


class Masters(Generic[Own]):
    """What importing each of these has in common: one row is one thing, and a thing stands in a file once."""

    thing = ""
    field = ""

    def __init__(self, options: Options[Own], outcome: Outcome) -> None:
        self.options, self.outcome = options, outcome
        self._lines: dict[str, int] = {}  # name -> the line it stands on
        self.ready: list[tuple[int, Any]] = []

    def take(self, rows: Sequence[Row]) -> None:
        self.look_up(rows)
        for row in rows:
            try:
                name = self.name_of(row)
                if name in self._lines:
                    raise errors.DuplicateInFile(self.thing, name, self._lines[name], self.field)
                self._lines[name] = row.line
                new = self.read(row, name)
                if new is None:
                    self.outcome.unchanged += 1
                else:
                    self.ready.append((row.line, new))
            except DomainError as error:
                self.outcome.reject(row.line, error)
                self.outcome.reject_also(row.line, faults_of(self.options.fields, row))

    def name_of(self, row: Row) -> str:
        return row.needed(self.field)

    def look_up(self, rows: Sequence[Row]) -> None:
        """Ask the books for every name of a batch at once."""

    def read(self, row: Row, name: str) -> Any:
        """What to create; None when the books have just that already."""
        raise NotImplementedError

    def create(self, new: list[Any]) -> Sequence[Any]:
        """Create a part, all or none; its rows."""
        raise NotImplementedError

    def finish(self) -> None:
        """All rows of the part were taken."""

    def write(self, progress: Progress) -> None:
        for start in range(0, len(self.ready), PART):
            part = self.ready[start : start + PART]
            refused = refusals_of(self._create, [new for _, new in part], is_second_look=self.options.is_second_look)
            for place, refusal in refused.items():
                self.outcome.reject(part[place][0], refusal)
            self.outcome.created += len(part) - len(refused)
            progress(say("Writing"), start + len(part), len(self.ready))
        self.ready, self._lines = [], {}

    def _create(self, new: Sequence[Any]) -> None:
        rows = self.create(list(new))
        self.options.trail.keep(self.thing.replace(" ", "_"), [row.pk for row in rows])

    def same(self, name: str, wanted: Mapping[str, tuple[Any, Any]]) -> None:
        refuse_difference(self.thing, name, wanted)
