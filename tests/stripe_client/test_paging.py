"""Lists are read whole, a page at a time, and on from where somebody stopped."""

from __future__ import annotations

import pytest

from subledger.stripe_client.errors import RequestRefused, Unreadable
from subledger.stripe_client.paging import Page, pages_of, rows_of


async def all_of(rows):
    return [row async for row in rows]


def ids(pages: list[Page]) -> list[str]:
    return [row["id"] for page in pages for row in page.rows]


def test_every_row_comes_once_whatever_the_size_of_a_page(line):
    made = line.customers(7)
    pages = line.run(all_of(pages_of(line.wire, "customers", size=3)))
    assert ids(pages) == made
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert [page.cursor for page in pages] == [made[2], made[5], ""]


def test_a_list_is_asked_for_page_by_page_and_not_ahead(line):
    line.customers(6)

    async def first():
        async for page in pages_of(line.wire, "customers", size=2):
            return page

    before = line.requests("/v1/customers")
    assert len(line.run(first()).rows) == 2
    assert line.requests("/v1/customers") == before + 1


def test_another_goes_on_where_the_first_stopped(line):
    made = line.customers(5)

    async def some():
        async for page in pages_of(line.wire, "customers", size=2):
            return page

    stopped = line.run(some())
    assert ids([stopped]) == made[:2]
    rest = line.run(all_of(rows_of(line.wire, "customers", after=stopped.cursor)))
    assert [row["id"] for row in rest] == made[2:]


def test_rows_that_come_while_a_list_is_read_shift_nothing(line):
    made = line.customers(4)

    async def read():
        found = []
        async for page in pages_of(line.wire, "customers", size=2):
            found += [row["id"] for row in page.rows]
            if len(found) == 2:
                await line.wire.post("customers", parameters={"name": "late"})
        return found

    assert line.run(read()) == made


def test_parameters_and_expansions_go_with_every_page(line):
    customers = line.customers(2)

    async def intents():
        for number in range(5):
            parameters = {"amount": 1000, "currency": "eur", "customer": customers[number % 2]}
            await line.wire.post("payment_intents", parameters=parameters)
        parameters = {"customer": customers[0], "expand": ["data.customer"]}
        return await all_of(rows_of(line.wire, "payment_intents", parameters=parameters))

    rows = line.run(intents())
    assert [row["customer"]["id"] for row in rows] == [customers[0]] * 3


def test_an_empty_list_is_one_page_without_rows(line):
    assert line.run(all_of(pages_of(line.wire, "invoices"))) == [Page((), "")]


def test_a_cursor_that_stripe_does_not_know_is_refused(line):
    with pytest.raises(RequestRefused) as refused:
        line.run(all_of(rows_of(line.wire, "customers", after="cus_gone")))
    assert refused.value.is_missing


def test_an_answer_that_is_no_list_is_not_taken_for_the_last_page(line, monkeypatch):
    async def answer(*path, **options):
        return {"object": "customer", "id": "cus_1"}

    monkeypatch.setattr(line.wire, "get", answer)
    with pytest.raises(Unreadable, match="'data'"):
        line.run(all_of(rows_of(line.wire, "customers")))
