"""Pages and `check` on large books: everything the navigation leads to, and the first document behind each list.

The books are posted by the services, so that entries, events and links are there as a user's would be; rooms that do
not grow with postings hold some hundred rows each (`rooms`). Of a list that goes on, its second page, a search and a
filter are asked for, too. A page is asked for over HTTP from `serve` in a process of its own, by somebody who is logged
in and may see everything. No worker runs beside it: what one adds up is added up before.
"""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any, TypeVar
from urllib.parse import urljoin

from django.contrib.auth import get_user_model
from django.test import Client

from bench import books, product, rooms
from bench.crowd import serving
from bench.frame import Bench, Result, within
from bench.posting import invoice, payment
from subledger.accounts import services
from subledger.accounts.models import Account
from subledger.companies.services import add_member
from subledger.journal.models import JournalLine
from subledger.journal.totals import merge_parts
from subledger.platform import clock
from subledger.transactions.day_sums import follow
from subledger.transactions.services import actions

TITLE = "Pages of large books"
DATABASE = "bench_pages"
LOOKS = 20
LIMIT_MS = 300
SECONDS_PER_MILLION_LINES = 60
AT_ONCE = 2_000
INVOICE_MINOR, PART_MINOR = 10_000, 6_000  # every other invoice is settled, the others in part
HOUR = 3_600
TOLD = 5  # of the slowest of each kind
NOTHING = "Nothing here yet"  # says a list without rows
SEARCHED = "000012"  # in names and in numbers
SEARCH = re.compile(r'<input type="search"[^>]* id="c-[^"]*" name="([^"]+)"')
CHOICE = re.compile(r'<select[^>]* id="c-[^"]*" name="([^"]+)"><option value="">.*?<option value="([^"]+)"')
T = TypeVar("T")
NOT_PAGES = ("/logout", "/static", "/api/", "/my/", "/pay/")


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    with books.fresh_books(bench, DATABASE):
        for name, work in rooms.fill(size.page_accounts // 10):
            _timed(name, work)
        accounts = _timed(f"{size.page_accounts:,} accounts", lambda: open_accounts(size.page_accounts))
        _timed(f"{size.transactions:,} postings", lambda: post(accounts, size.transactions))
        _timed("what a worker adds up", add_up)
        _timed("VACUUM ANALYZE", books.tidy)
        lines = JournalLine.objects.count()
        with serving(bench, DATABASE, SUBLEDGER_ALLOW_PRIVATE_GATEWAYS="yes") as port:
            reader = Reader(port)
            found = _timed("looking for pages", reader.addresses)
            for address in reader.empty:
                print(f"    holds nothing: {address}", flush=True)
            for kind, addresses in found.items():
                slowest = _timed(f"{len(addresses)} {kind}, {LOOKS} times each", partial(reader.slowest, addresses))
                for address, took in sorted(slowest.items(), key=lambda found: -found[1])[:TOLD]:
                    print(f"    {took:7.1f} ms {address}", flush=True)
                yield within(
                    f"{len(addresses)} {kind} over {size.transactions:,} transactions, the slowest",
                    unit="ms, 95th percentile",
                    ours=[max(slowest.values())],
                    limit=LIMIT_MS,
                )
        seconds = _timed("`subledger check`", lambda: check(bench))
        yield within(
            f"`subledger check` over {lines:,} journal lines, for each million",
            unit="seconds",
            ours=[seconds / lines * 1_000_000],
            limit=SECONDS_PER_MILLION_LINES,
        )


def _timed(name: str, work: Callable[[], T]) -> T:
    """Do it, and say how long it took: most of this benchmark is done before anything is measured."""
    began = time.perf_counter()
    made = work()
    print(f"    {name}: {time.perf_counter() - began:.1f} s", flush=True)
    return made


def add_up() -> None:
    """As a worker does every ten seconds."""
    while merge_parts():
        pass
    while follow(margin_seconds=0):
        pass


def open_accounts(count: int) -> list[Account]:
    customers = services.create_customers(
        new=[{"name": f"Customer {n:06}", "email": f"c{n}@example.com"} for n in range(count)], actor=books.ACTOR
    )
    return services.open_accounts(new=[{"customer": customer} for customer in customers], actor=books.ACTOR)


def post(accounts: list[Account], transactions: int) -> None:
    """As many invoices as payments, in turns, spread over the accounts and the days of the year that ends now: what a
    page shows when nothing is asked of it."""
    pairs = transactions // 2
    for first in range(0, pairs, AT_ONCE):
        day = clock.today("UTC") - timedelta(days=364 - first * 365 // pairs)
        new: list[Any] = []
        for n in range(first, min(first + AT_ONCE, pairs)):
            account = accounts[n % len(accounts)].pk
            new.append(invoice(account, INVOICE_MINOR, posted_on=day))
            new.append(payment(account, INVOICE_MINOR if n % 2 else PART_MINOR, posted_on=day))
        actions.post_new(new=new, actor=books.ACTOR)


class Reader:
    """Somebody who is logged in, on one connection."""

    def __init__(self, port: int) -> None:
        user = get_user_model().objects.create_user("reader", password=None)
        add_member(user=user, role="administrator", actor=books.ACTOR)
        client = Client()
        client.force_login(user)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.port = port
        self.at = "/"  # where the last page was found
        self.empty: list[str] = []  # lists without a row

    def addresses(self) -> dict[str, list[str]]:
        """Lists, reports and documents: what the navigation names, and what the first row of each list leads to; of
        lists that go on, what is behind their first page."""
        named = list(dict.fromkeys(["/", *_links(_part(self.page("/"), "<nav", "</nav>"))]))
        reports = [address for address in named if address.startswith("/reports/")]
        documents: dict[str, str] = {}
        further: list[str] = []
        for address in named:
            page = self.page(address)
            rows = _links(_part(page, "<tbody", "</tbody>"))
            for found in rows:
                documents.setdefault(re.sub(r"[a-z]{3}_[0-9A-Za-z]+", "id", found), found)
            if address not in reports:
                further += _further(self.at, page)
                if NOTHING in page:
                    self.empty.append(address)
        return {
            "lists": [address for address in named if address not in reports],
            "second pages, searches and filters": further,
            "reports": reports,
            "documents": [address for address in documents.values() if address not in named],
        }

    def slowest(self, addresses: list[str]) -> dict[str, float]:
        """The 95th percentile of each, in milliseconds."""
        return {address: self.percentile(address) for address in addresses}

    def percentile(self, address: str) -> float:
        took = []
        for _ in range(LOOKS):
            began = time.perf_counter()
            self.page(address)
            took.append((time.perf_counter() - began) * 1000)
        return sorted(took)[int(LOOKS * 0.95) - 1]

    def page(self, address: str) -> str:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=HOUR)) as connection:
            connection.request("GET", address, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            text = answer.read().decode()
        if answer.status in (301, 302):
            return self.page(answer.headers["Location"])
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
        self.at = address
        return text


def _part(page: str, first: str, last: str) -> str:
    return "".join(re.findall(f"{re.escape(first)}.*?{re.escape(last)}", page, re.DOTALL))


def _links(text: str) -> list[str]:
    """Of pages of ours, without criteria, each once."""
    found = re.findall(r'href="(/[^"?#]*)"', text)
    return [address for address in dict.fromkeys(found) if not address.startswith(NOT_PAGES)]


def _further(address: str, page: str) -> list[str]:
    """Of a list that goes on: its next page, what a search finds, and what its first choice does."""
    following = re.search(r'rel="next" href="([^"]+)"', page)
    if following is None:
        return []
    found = [urljoin(address, unescape(following[1]))]
    if search := SEARCH.search(page):
        found.append(urljoin(address, f"?{search[1]}={SEARCHED}"))
    if choice := CHOICE.search(page):
        found.append(urljoin(address, f"?{choice[1]}={choice[2]}"))
    return found


def check(bench: Bench) -> float:
    """Seconds of the whole command; it has to find the books right."""
    environment = {**os.environ, **product.environment(bench.server.conninfo_of(DATABASE))}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "subledger.cli", "check"], env=environment, check=True, timeout=HOUR, capture_output=True
    )
    return time.perf_counter() - began
