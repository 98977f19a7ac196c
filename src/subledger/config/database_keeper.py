"""Who started the embedded PostgreSQL keeps it: one that dies is started again, or the program ends and says so."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .embedded_postgres import is_running, revive
from .server_home import EmbeddedPostgresError

logger = logging.getLogger("subledger.database")

LOOK_SECONDS = 1
# A new server is refused while processes of the one that died still hold its memory.
TRY_SECONDS = 60


@contextmanager
def database_kept(data_dir: Path, *, give_up: Callable[[str], None]) -> Iterator[None]:
    """Look after the server of ``data_dir``; ``give_up`` is told why once it cannot be started any more."""
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=[data_dir, give_up, ending], name="keeper of the database")
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep(data_dir: Path, give_up: Callable[[str], None], ending: threading.Event) -> None:
    latest = None
    while not ending.wait(LOOK_SECONDS):
        if is_running(data_dir):
            latest = None
            continue
        if latest is None:
            latest = time.monotonic() + TRY_SECONDS
            logger.error("The embedded PostgreSQL ended by itself. It is started again.")
        try:
            revive(data_dir)
        except (EmbeddedPostgresError, OSError) as error:
            if time.monotonic() > latest:
                give_up(str(error))
                return
