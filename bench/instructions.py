"""Instructions that the database executes for one posting: the one figure that a busy machine does not change.

The server runs under valgrind's callgrind, which counts what each backend executes and tells it when the backend ends.
Two sessions do the same, one of them more often; what it executed more is what that many more postings took, without
start and warm-up of a session. Only instructions of the program are counted, none of the kernel.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from django.db import connection

from bench import books
from bench.frame import Bench, Result, Skipped, within
from bench.posting import INVOICE_MINOR, invoice, payment
from subledger.config.embedded_postgres import EmbeddedPostgres
from subledger.config.server_home import as_user, home_of, programs_for, socket_dir, system_user
from subledger.transactions.services import actions
from subledger.transactions.states import Classification

TITLE = "Instructions of the database for one posting"
UNIT = "million instructions"
BUDGET = "the budget that tests hold"
# What was promised of a payment, which took 3.29 million when this was begun. It was kept until what a posting settles
# was told (a quarter of a million), what the days of ledger accounts came to was kept (a sixth), and days of posting
# had an index (a fourteenth).
PAYMENT_PROMISED = 2.3
# What is taken now, so that it grows only where somebody decides so: readings on one build lie within two hundredths.
PAYMENT_BUDGET = 2.91
PAIR_BUDGET = 3.75
FEW, MANY = 10, 40  # postings of a session; warm caches and kept plans are reached well before the tenth
START_SECONDS = 120
# Of an embedded server that loses nothing but a measurement.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
COUNTER = ("valgrind", "--tool=callgrind", "--quiet", "--combine-dumps=yes")


def run(bench: Bench) -> Iterator[Result | Skipped]:
    del bench  # a server of its own, and no sizes: the same figure on every machine
    if reason := unavailable():
        yield Skipped("one payment, and an invoice with its payment", reason)
        return
    with counted_books() as counter:
        case, taken = "one payment that settles an invoice", [counter.of(pay)]
        yield within(case, unit=UNIT, ours=taken, limit=PAYMENT_PROMISED)
        yield within(f"{case}: {BUDGET}", unit=UNIT, ours=taken, limit=PAYMENT_BUDGET)
        case = f"an invoice and its payment, one commit: {BUDGET}"
        yield within(case, unit=UNIT, ours=[counter.of(pair)], limit=PAIR_BUDGET)


def unavailable() -> str | None:
    """Why nothing can be counted here; None where it can."""
    return None if shutil.which(COUNTER[0]) else "valgrind is not installed (Debian, Ubuntu: apt-get install valgrind)"


Work = Callable[[list[int]], object]


def pay(accounts: list[int]) -> None:
    actions.post_new(new=[payment(accounts.pop(), INVOICE_MINOR)], actor=books.ACTOR)


def pair(accounts: list[int]) -> None:
    account = accounts.pop()
    actions.post_new(new=[invoice(account, INVOICE_MINOR), payment(account, INVOICE_MINOR)], actor=books.ACTOR)


@dataclass
class Counter:
    """Counts on a server under callgrind, which writes the count of process 42 into ``counts/42`` when that ends."""

    counts: Path
    accounts: list[int] = field(default_factory=list)

    def of(self, work: Work) -> float:
        """Millions of instructions of doing ``work`` once."""
        few, many = self.session(work, FEW), self.session(work, MANY)
        return (total_of(many) - total_of(few)) / (MANY - FEW) / 1e6

    def session(self, work: Work, times: int) -> Path:
        """Do ``work`` so often in a session of its own; the file of its counts."""
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        for _ in range(times):
            work(self.accounts)
        connection.close()
        file = self.counts / str(pid)
        deadline = time.monotonic() + START_SECONDS
        while not (file.exists() and re.search(r"^totals: \d+$", file.read_text(), re.MULTILINE)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"Backend {pid} left no count in {file}.")
            time.sleep(0.05)
        return file


def total_of(file: Path) -> int:
    return sum(int(found) for found in re.findall(r"^totals: (\d+)$", file.read_text(), re.MULTILINE))


@contextmanager
def counted_books() -> Iterator[Counter]:
    """Books with an open invoice on each account, on a server that counts."""
    with tempfile.TemporaryDirectory(prefix="subledger-count-") as room:
        data_dir, counts = Path(room), Path(room, "counts")
        data_dir.chmod(0o711)
        counts.mkdir()
        counts.chmod(0o777)  # the server's user writes there
        kept = dict(connection.settings_dict)
        connection.close()
        server = EmbeddedPostgres(data_dir, OPTIONS)
        try:
            connection.settings_dict.update(_parameters(server.start()))
            try:
                with books.new_company():
                    accounts = books.open_accounts(2 * (FEW + MANY) + 10)
                    books.load_even(Classification.INVOICE, accounts, len(accounts), INVOICE_MINOR)
                    books.tidy()
                    connection.close()
                    server.stop()
                    with _counting(data_dir, counts):
                        counter = Counter(counts, [account.pk for account in accounts])
                        counter.session(pay, 1)  # the first of a server reads catalogues that later ones find cached
                        yield counter
                        connection.close()
            finally:
                server.stop()
        finally:
            connection.close()
            connection.settings_dict.update(kept)


def _parameters(url: str) -> dict[str, str]:
    found = psycopg.conninfo.conninfo_to_dict(url)
    return {"HOST": str(found["host"]), "NAME": str(found["dbname"]), "USER": str(found["user"]), "PORT": ""}


@contextmanager
def _counting(data_dir: Path, counts: Path) -> Iterator[None]:
    """The cluster of ``data_dir``, started anew under the counter."""
    user = system_user(data_dir) if os.geteuid() == 0 else None
    home = home_of(data_dir)
    command = [*COUNTER, f"--callgrind-out-file={counts}/%p", str(programs_for(home, user) / "postgres")]
    command += ["-D", str(home / "cluster"), "-k", str(socket_dir(home)), "-c", "listen_addresses=", "-c", "jit=off"]
    for name, value in OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    with (counts / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, start_new_session=True, **as_user(user))
    try:
        _await(process, counts / "log")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # "fast": whoever is connected is cut off
        process.wait(START_SECONDS)


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    for attempt in count():
        try:
            connection.ensure_connection()
            return
        except Exception:
            if process.poll() is not None or attempt > START_SECONDS * 10:
                raise RuntimeError(f"No server under {COUNTER[0]}:\n{log.read_text()}") from None
            time.sleep(0.1)
