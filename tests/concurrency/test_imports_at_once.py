"""Two files imported at once: both look at the books before either has written what both need."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from tests.concurrency.gates import patience
from tests.factories import at_once, make_company

from subledger.accounts.models import Account, Customer
from subledger.companies.models import Company
from subledger.import_kit.report import ImportReport
from subledger.imports import execution
from subledger.imports.services import import_file
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

HEAD = "account,amount,currency,posted_on,reference"


@pytest.fixture
def company(committed_db: None) -> Iterator[Company]:
    made = make_company()
    with company_scope(made.pk):
        yield made


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writes its first part when the other has looked at the books for its own."""
    gate, write, met = threading.Barrier(2), execution._write, threading.local()

    def late(importer: Any, rows: Any) -> None:
        finish = importer.finish

        def looked() -> None:
            finish()
            if not getattr(met, "once", False):
                met.once = True
                with suppress(threading.BrokenBarrierError):
                    gate.wait(timeout=patience(guarded=False))

        monkeypatch.setattr(importer, "finish", looked, raising=False)
        write(importer, rows)

    monkeypatch.setattr(execution, "_write", late)


@pytest.fixture
def one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_part(importer: Any, rows: Any, make: Any, outcome: Any) -> Any:
        importer = make(is_second_look=True)
        execution._write(importer, rows)
        return importer

    monkeypatch.setattr(execution, "write_part", write_part)


def imported(*contents: str, kind: str = "payments", **choices: bool) -> list[ImportReport]:
    def work(name: str, content: str) -> Any:
        file = io.BytesIO(content.encode())
        return lambda: import_file(kind, file, name=name, actor="test", **choices)

    found = at_once(*(work(f"{at}.csv", content) for at, content in enumerate(contents)))
    for one in found:
        if isinstance(one, Exception):
            raise one
    return found


def payments(*references: str, owner: str = "") -> str:
    head = f"{HEAD},customer" if owner else HEAD
    more = f",{owner}" if owner else ""
    return "\n".join([head, *(f"NEW,1.00,EUR,2026-05-04,{one}{more}" for one in references)]) + "\n"


@pytest.mark.usefixtures("together", "one_look")
def test_looked_at_once_what_came_meanwhile_is_refused(company: Company):
    reports = imported(payments("A", "B"), payments("C", "D"), create_missing=True)
    assert sorted((one.created, one.rejected) for one in reports) == [(0, 2), (2, 0)]


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("owner", ["", "Ann"])
def test_of_two_files_with_one_new_customer_the_second_takes_the_one_that_came(company: Company, owner: str):
    reports = imported(payments("A", "B", owner=owner), payments("C", "D", owner=owner), create_missing=True)
    assert [(one.created, one.rejected, one.is_kept) for one in reports] == [(2, 0, True)] * 2
    assert sorted(one.created_also["accounts"] for one in reports) == [0, 1]
    assert Customer.objects.count() == 1
    account = Account.objects.get(type="customer")
    assert Transaction.objects.filter(account=account).count() == 4


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("skip_bad", [False, True])
def test_of_one_file_sent_twice_the_second_brings_nothing(company: Company, skip_bad: bool):
    file = payments(*map(str, range(20)))
    reports = imported(file, file, create_missing=True, skip_bad=skip_bad)
    assert sorted((one.created, one.unchanged, one.rejected) for one in reports) == [(0, 20, 0), (20, 0, 0)]
    assert Transaction.objects.count() == 20


@pytest.mark.usefixtures("together")
def test_accounts_and_customers_that_come_twice_are_there_once(company: Company):
    file = "account,name,customer\nA1,One,Ann\nA2,Two,Ann\n"
    reports = imported(file, file, kind="accounts", create_missing=True)
    assert sorted((one.created, one.unchanged, one.rejected) for one in reports) == [(0, 2, 0), (2, 0, 0)]
    assert (Account.objects.filter(type="customer").count(), Customer.objects.count()) == (2, 1)


@pytest.mark.usefixtures("together")
def test_one_that_says_something_else_of_what_came_is_told_so(company: Company):
    first, second = (f"account,name,customer\nA1,{name},Ann\n" for name in ("One", "Other"))
    reports = imported(first, second, kind="accounts", create_missing=True)
    assert sorted((one.created, *one.codes) for one in reports) == [(0, "already_differs"), (1,)]
