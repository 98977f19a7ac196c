"""Whoever sends too much at once is refused; whoever comes next is served."""

from __future__ import annotations

import asyncio

import pytest
from django.conf import settings
from tests.config.web.asking import Answered, ask
from tests.config.web.test_front import echo, run

from subledger.config.web import bodies, traffic
from subledger.config.web.front import Front
from subledger.config.web.traffic import holder_of

KEY = {"Authorization": "Bearer sk_of-somebody"}
PART = 1_000


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """The bounds in thousands of bytes, in their shipped proportions."""
    whole = 160 * PART
    for name, part in {"LIMIT": 1, "ADDRESS_LIMIT": 4, "STRANGERS_LIMIT": 4, "STRANGER_LIMIT": 16}.items():
        assert traffic.MIB * 256 // part == getattr(traffic, name)
        monkeypatch.setattr(traffic, name, whole // part)


def silent(served: Front, many: int, client: str, headers: dict[str, str]) -> list[asyncio.Task[Answered]]:
    """Senders of a part who then say nothing more."""
    stated = {"Content-Length": str(PART + 1), **headers}
    return [
        asyncio.create_task(
            ask(served, "POST", "/api/v1/x", parts=[b"x" * PART], headers=stated, silent_after=True, client=client)
        )
        for _ in range(many)
    ]


async def settled(tasks: list[asyncio.Task[Answered]]) -> list[int]:
    """The answers that came at once; those who still wait are let go."""
    await asyncio.sleep(0.3)
    answers = [each.result().status for each in tasks if each.done()]
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers


async def whole(served: Front, client: str, headers: dict[str, str]) -> int:
    stated = {"Content-Length": str(PART), **headers}
    return (await ask(served, "POST", "/api/v1/x", parts=[b"x" * PART], headers=stated, client=client)).status


@pytest.mark.parametrize(
    ("headers", "share"), [(KEY, 40), ({"Cookie": f"{settings.SESSION_COOKIE_NAME}=abc"}, 40), ({}, 10)]
)
def test_an_address_fills_its_own_share_and_others_are_served(headers, share):
    async def asked() -> tuple[list[int], int, int]:
        served = Front(echo)
        held = silent(served, 60, "10.0.0.1", headers)
        await asyncio.sleep(0.05)
        other, same = await whole(served, "10.0.0.2", headers), await whole(served, "10.0.0.1", headers)
        return await settled(held), other, same

    refused, other, same = run(asked())
    assert refused == [429] * (60 - share)
    assert (other, same) == (200, 429)


def test_the_address_behind_the_trusted_proxy_has_the_share_and_not_the_proxy():
    async def asked() -> tuple[list[int], int]:
        served = Front(echo, proxies=1)
        held = silent(served, 50, "127.0.0.1", {**KEY, "X-Forwarded-For": "203.0.113.5"})
        await asyncio.sleep(0.05)
        other = await whole(served, "127.0.0.1", {**KEY, "X-Forwarded-For": "203.0.113.6"})
        return await settled(held), other

    refused, other = run(asked())
    assert (len(refused), other) == (10, 200)


def test_many_addresses_that_fill_everything_give_way_to_whoever_comes_next():
    async def asked() -> tuple[list[int], list[int]]:
        served = Front(echo)
        held = [each for n in range(4) for each in silent(served, 40, f"10.0.1.{n}", KEY)]
        await asyncio.sleep(0.05)
        served_after = [await whole(served, f"10.0.2.{n}", KEY) for n in range(20)]
        return await settled(held), served_after

    refused, served_after = run(asked())
    assert served_after == [200] * 20
    assert 1 <= len(refused) <= 20
    assert set(refused) == {429}


def test_all_strangers_together_leave_room_for_those_with_a_key():
    async def asked() -> tuple[list[int], int, int]:
        served = Front(echo)
        held = [each for n in range(20) for each in silent(served, 10, f"10.0.1.{n}", {})]
        await asyncio.sleep(0.05)
        known, stranger = await whole(served, "10.0.2.1", KEY), await whole(served, "10.0.2.2", {})
        return await settled(held), known, stranger

    refused, known, stranger = run(asked())
    assert (known, stranger) == (200, 200)
    assert len(refused) >= 160


@pytest.mark.parametrize(("headers", "most"), [(KEY, traffic.BODIES), ({}, traffic.STRANGERS_BODIES)])
def test_bodies_of_which_nothing_comes_are_counted_too(headers, most):
    async def asked() -> tuple[list[int], int]:
        served = Front(echo)
        stated = {"Content-Length": "9", **headers}
        held = [
            asyncio.create_task(ask(served, "POST", "/x", headers=stated, silent_after=True)) for _ in range(most + 5)
        ]
        await asyncio.sleep(0.1)
        other = await whole(served, "10.0.0.2", headers)
        return await settled(held), other

    assert run(asked()) == ([429] * 5, 200)


def test_what_has_been_read_is_no_longer_counted():
    async def asked() -> tuple[set[int], int, int]:
        served = Front(echo)
        answers = {await whole(served, "10.0.0.1", {}) for _ in range(40)}
        return answers, served._traffic.received, len(served._traffic._by_holder)

    assert run(asked()) == ({200}, 0, 0)


def test_strangers_are_waited_for_less(monkeypatch):
    monkeypatch.setattr(bodies, "STRANGER_IDLE_SECONDS", 0.1)

    async def asked() -> list[int]:
        served = Front(echo)
        held = [*silent(served, 1, "10.0.0.1", {}), *silent(served, 1, "10.0.0.1", KEY)]
        await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        return await settled(held)

    assert run(asked()) == [408]


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:0:0:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "192.0.2.1", False),
    ],
)
def test_whoever_has_an_ipv6_address_has_its_network(address, other, same):
    assert (holder_of(address) == holder_of(other)) is same
