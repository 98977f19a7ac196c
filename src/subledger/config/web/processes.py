"""Several web processes that are kept: one that dies is started anew, later each time that it dies while it starts.

granian's own keeping ends the whole server where a process dies twice within a few seconds, healthy ones and all. Ours
counts deaths in a row, gives up after some, and at once where nobody is left who answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from granian.server.mp import MPServer

logger = logging.getLogger("subledger.web")

# Whoever lived for so long had started, and its death is the first of a row.
STARTED_SECONDS = 20
# Before another one is started, by how many died in a row.
PAUSES = (0, 1, 2, 4, 8, 16, 30)
MOST_IN_A_ROW = len(PAUSES)
MOST_ALONE = 2  # where no other process lives: what cannot start at all ends soon, and says so


@dataclass(frozen=True, slots=True)
class Row:
    """The deaths in a row of the processes in one place."""

    deaths: int = 0

    def longer(self, lived: float) -> Row:
        """The row with one more death, of a process that lived for so many seconds."""
        return Row(1 if lived >= STARTED_SECONDS else self.deaths + 1)

    def is_over(self, *, others_live: bool) -> bool:
        """Whether no other process is to be started."""
        return self.deaths > (MOST_IN_A_ROW if others_live else MOST_ALONE)

    @property
    def pause(self) -> int:
        """Seconds until the next one is started."""
        return PAUSES[min(self.deaths, MOST_IN_A_ROW) - 1]


class KeptServer(MPServer):
    """granian, which keeps its processes our way; `_serve_loop` returns when the server is to end."""

    def _serve_loop(self, spawn_target: Callable[..., Any], target_loader: Callable[..., Any]) -> None:
        rows = {place: Row() for place in range(self.workers)}
        due: dict[int, float] = {}  # places to be filled, and when
        while True:
            self.main_loop_interrupt.wait(max(min(due.values()) - time.monotonic(), 0) if due else None)
            self.main_loop_interrupt.clear()  # before what it stands for is read, so that nothing is missed
            if self.interrupt_signal:
                return
            if self.reload_signal:
                self._reload(spawn_target, target_loader)
                due.clear()
            while self.interrupt_children:
                place = self.interrupt_children[-1]
                rows[place] = rows[place].longer(time.monotonic() - self.wrks[place].birth)
                if rows[place].is_over(others_live=any(each.is_alive() for each in self.wrks)):
                    logger.error("A web process died %s times in a row. The server ends.", rows[place].deaths)
                    return  # what is left in the list makes the shutdown a failure
                pause = rows[place].pause
                when = f"in {pause} s" if pause else "at once"
                logger.error("A web process ended by itself. Another one is started %s.", when)
                due[place] = time.monotonic() + pause
                self.interrupt_children.pop()
            for place in [place for place, at in due.items() if at <= time.monotonic()]:
                del due[place]
                self._respawn_workers([place], spawn_target, target_loader)
