"""The page to log in while others do what strangers can do: hold connections, guess passwords, ask a gateway that is
silent. Measured against `serve` in a process of its own, over HTTP."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from bench import books, product
from bench.frame import Bench, Result, within
from bench.gateways import open_provider, sandbox
from subledger.accounts.models import Account
from subledger.gateways.models import Provider
from subledger.gateways.services.public import LinkKind, link_for

TITLE = "A page in a crowd"
DATABASE = "bench_crowd"
IDLE, GUESSERS, SILENT = 200, 8, 5
LIMIT_MS = 100
SAMPLES = 200
START_SECONDS = 600  # of a machine that others use
FORM = b"username=demo&password=a-wrong-guess&csrfmiddlewaretoken=" + b"a" * 32
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "subledger_csrf=" + "a" * 32}


def run(bench: Bench) -> Iterator[Result]:
    with books.fresh_books(bench, DATABASE), sandbox() as url, silent_server() as silent:
        accounts = books.open_accounts(SILENT)
        provider, _ = open_provider(url, accounts)
        Provider.objects.filter(pk=provider.pk).update(base_url=silent)
        found = Account.objects.order_by("-pk")[:SILENT]
        links = [link_for(LinkKind.REGISTER, account.pk).path for account in found]
        with serving(bench, DATABASE, SUBLEDGER_PROXIES="1") as port:  # behind what it takes for one proxy
            quiet = [percentile(port) for _ in range(bench.size.rounds)]
            yield within("Nobody else", unit="ms, 95th percentile", ours=quiet, limit=LIMIT_MS)
            crowded = []
            for _ in range(bench.size.rounds):
                with crowd(port, links):
                    time.sleep(1)
                    crowded.append(percentile(port))
            case = f"{IDLE} idle connections, {GUESSERS} password guessers, {SILENT} silent gateway calls"
            yield within(case, unit="ms, 95th percentile", ours=crowded, limit=LIMIT_MS)


def percentile(port: int) -> float:
    """Of the page to log in, in milliseconds: each on a connection of its own, ten a second at most."""
    took = []
    for _ in range(SAMPLES):
        began = time.perf_counter()
        answer = ask(port, "GET", "/login/")
        took.append((time.perf_counter() - began) * 1000)
        if answer != 200:
            raise RuntimeError(f"The page answered {answer}.")
        time.sleep(0.02)
    return sorted(took)[int(len(took) * 0.95)]


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status


@contextmanager
def crowd(port: int, links: list[str]) -> Iterator[None]:
    """Everybody at once, until the end of the block. Guessers come from an address of their own each time."""
    ending = threading.Event()

    def until_the_end(work: Callable[[int], None]) -> Callable[[int], None]:
        def repeat(number: int) -> None:
            turn = number
            while not ending.is_set():
                try:
                    work(turn)
                except OSError:
                    ending.wait(0.1)
                turn += GUESSERS

        return repeat

    def guess(turn: int) -> None:
        address = f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}"
        ask(port, "POST", "/login/", FORM, {**HEADERS, "X-Forwarded-For": address})

    def pay(turn: int) -> None:
        ask(port, "POST", links[turn % len(links)], headers={"X-Forwarded-For": f"10.200.0.{turn % 250}"})

    with ExitStack() as held:
        for number in range(IDLE):
            held.enter_context(closing(idle(port, number)))
        workers = [threading.Thread(target=until_the_end(guess), args=[number]) for number in range(GUESSERS)]
        workers += [threading.Thread(target=until_the_end(pay), args=[number]) for number in range(SILENT)]
        for worker in workers:
            worker.start()
        yield
        ending.set()
        for worker in workers:
            worker.join()


def idle(port: int, number: int) -> socket.socket:
    """Nothing at all, half a header, or a body that does not come."""
    held = socket.create_connection(("127.0.0.1", port))
    head = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.9.0.%d\r\n" % number
    held.sendall((b"", head, head + b"Content-Length: 1000\r\n\r\nabc")[number % 3])
    return held


@contextmanager
def silent_server() -> Iterator[str]:
    """A gateway that takes every connection and says nothing."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def serving(bench: Bench, database: str, **environment: str) -> Iterator[int]:
    """``serve`` with as many processes as a user's has, on the books of a database; its port.

    Without its worker: what that does about what was posted comes later, and has the processor to itself here.
    """
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    whole = {**os.environ, **product.environment(bench.server.conninfo_of(database)), **environment}
    command = [sys.executable, "-m", "subledger.cli", "serve", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, env=whole, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                if ask(port, "GET", "/healthz") == 200:
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("The server did not start.") from None
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(60)
