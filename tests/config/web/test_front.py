"""A body is here whole before a thread is taken; nobody who stretches one kind of request holds up another."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from tests.config.web.asking import Answered, ask

from subledger.config.web import bodies, front
from subledger.config.web.budgets import SIZES, Kind
from subledger.config.web.front import Front
from subledger.config.web.traffic import Traffic

MIB = 1024 * 1024
CHUNKED = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}


def echo(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    told = {"length": environ["CONTENT_LENGTH"], "body": body.decode(), "address": environ["REMOTE_ADDR"]}
    told |= {"path": environ["PATH_INFO"], "chunked": "HTTP_TRANSFER_ENCODING" in environ}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


def run(coroutine: Any) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 20))


def test_a_chunked_body_is_put_together_and_has_a_length():
    answer = run(ask(Front(echo), "POST", "/api/v1/x", parts=[b'{"amount"', b": 1}"], headers=CHUNKED))
    told = json.loads(answer.body)
    assert (told["body"], told["length"], told["chunked"]) == ('{"amount": 1}', "13", False)


@pytest.mark.parametrize("path", ["/api/v1/x", "/webhooks/stripe/gwp_1", "/login/", "/pay/token", "/nowhere/"])
@pytest.mark.parametrize("how", ["stated", "chunked", "unstated end"])
def test_what_is_too_large_is_refused_at_every_door(path, how):
    headers = {"Content-Length": str(MIB + 1)} if how == "stated" else CHUNKED
    answer = run(ask(Front(never), "POST", path, parts=[b"x" * MIB, b"x"], headers=headers))
    assert answer.status == 413
    assert (b"body_too_large" in answer.body) == path.startswith(("/api/", "/webhooks/"))


def never(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
    raise AssertionError("this must not be reached")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": "9"}, 400),
        ({"Content-Length": "2"}, 400),
        ({"Content-Length": "-1"}, 400),
        ({"Content-Length": "3.0"}, 400),
        ({"Content-Length": "3", "Transfer-Encoding": "chunked"}, 400),
        ({"Transfer-Encoding": "gzip, chunked"}, 411),
    ],
)
def test_a_length_that_is_not_true_is_refused(headers, status):
    assert run(ask(Front(never), "POST", "/api/v1/x", parts=[b"abc"], headers=headers)).status == status


def test_who_sends_slowly_is_told_so_and_held_no_thread(monkeypatch):
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 1.5)

    async def both() -> tuple[list[Answered], list[Answered]]:
        served = Front(echo)
        headers = {"Content-Length": "1000"}
        slow = [
            asyncio.create_task(ask(served, "POST", "/x", parts=[b"abc"], headers=headers, silent_after=True))
            for _ in range(50)
        ]
        await asyncio.sleep(0.05)
        quick = [await ask(served, "GET", "/y") for _ in range(5)]
        assert not any(each.done() for each in slow)
        return await asyncio.gather(*slow), quick

    slow, quick = run(both())
    assert {each.status for each in quick} == {200}
    assert {each.status for each in slow} == {408}


def test_a_sender_who_drips_is_cut_at_the_deadline(monkeypatch):
    monkeypatch.setattr(bodies, "DEADLINE_SECONDS", 0.3)

    async def drip() -> int:
        sent = 0

        async def receive() -> dict[str, Any]:
            nonlocal sent
            await asyncio.sleep(0.05)
            sent += 1
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(Exception, match="did not arrive within"):
            await bodies.whole_body(receive, length=1000, limit=MIB, traffic=Traffic())
        return sent

    assert run(drip()) < 10


async def until(holds: Callable[[], bool]) -> None:
    """Threads take their requests in their own time."""
    while not holds():
        await asyncio.sleep(0.01)


class Stuck:
    """A WSGI application in which requests of some paths stay until they are let go."""

    def __init__(self, *paths: str) -> None:
        self.paths, self.let_go, self.entered = paths, threading.Event(), 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(self.paths):
            self.entered += 1
            self.let_go.wait(15)
        return echo(environ, start_response)


@pytest.mark.parametrize(
    ("kind", "method", "path"), [(Kind.CUSTOMERS, "POST", "/pay/{}"), (Kind.LOGIN, "POST", "/login/")]
)
def test_a_kind_that_is_stuck_holds_its_own_threads_and_no_others(kind, method, path):
    stuck = Stuck("/pay/", "/login/")
    size = SIZES[kind]

    async def asked() -> tuple[list[Answered], list[Answered]]:
        served = Front(stuck)
        try:
            held = [
                asyncio.create_task(ask(served, method, path.format(n), client=f"10.0.1.{n}"))
                for n in range(size.threads + size.waiting)
            ]
            await until(lambda: stuck.entered == size.threads)
            others = [
                await ask(served, "GET", "/accounts/"),
                await ask(served, "POST", "/api/v1/x"),
                await ask(served, "GET", "/readyz"),
                await ask(served, method, path.format("more"), client="10.0.2.1"),
            ]
            assert stuck.entered == size.threads
        finally:
            stuck.let_go.set()
        return await asyncio.gather(*held), others

    held, others = run(asked())
    assert [each.status for each in others] == [200, 200, 200, 429 if kind is Kind.LOGIN else 503]
    assert int(others[-1].headers["Retry-After"]) > 0
    assert {each.status for each in held} == {200}


def test_health_answers_when_every_thread_is_taken():
    stuck = Stuck("/")

    async def asked() -> Answered:
        served = Front(stuck)
        held = [asyncio.create_task(ask(served, "GET", "/accounts/")) for _ in range(10)]
        await asyncio.sleep(0.1)
        try:
            return await asyncio.wait_for(ask(served, "GET", "/healthz"), 10)
        finally:
            stuck.let_go.set()
            await asyncio.gather(*held)

    assert run(asked()).status == 200


def test_a_flood_of_questions_whether_we_are_ready_is_one_question_a_second(monkeypatch):
    monkeypatch.setattr(front, "SHARED_SECONDS", 60)
    stuck = Stuck("/readyz")

    async def asked() -> tuple[list[Answered], int, int]:
        served = Front(stuck)
        flood = [asyncio.create_task(ask(served, "GET", "/readyz", client=f"10.0.{n % 9}.1")) for n in range(500)]
        await asyncio.sleep(0.1)
        flood.pop().cancel()  # who goes away takes the answer from nobody
        stuck.let_go.set()
        answers = await asyncio.gather(*flood)
        again = await ask(served, "GET", "/readyz")
        at_once = stuck.entered
        served._readiness._good_until = 0
        await ask(served, "GET", "/readyz")
        return [*answers, again], at_once, stuck.entered

    answers, at_once, later = run(asked())
    assert {(each.status, bool(each.body)) for each in answers} == {(200, True)}
    assert (at_once, later) == (1, 2)


def test_strangers_who_ask_for_figures_take_no_thread_from_those_who_may(settings):
    settings.METRICS_TOKEN = "a-token"
    stuck = Stuck("/metrics")

    async def asked() -> tuple[list[int], int]:
        served = Front(stuck)
        strangers = [(await ask(served, "GET", "/metrics")).status for _ in range(50)]
        entered = stuck.entered
        stuck.let_go.set()
        allowed = await ask(served, "GET", "/metrics", headers={"Authorization": "Bearer a-token"})
        return [*strangers, allowed.status], entered

    assert run(asked()) == ([*[404] * 50, 200], 0)


def test_attempts_to_log_in_are_counted_by_address_before_anything_is_hashed():
    async def asked() -> list[int]:
        served = Front(echo)
        guesses = [(await ask(served, "POST", "/login/")).status for _ in range(front.LOGINS + 1)]
        other = (await ask(served, "POST", "/login/", client="10.0.0.8")).status
        page = (await ask(served, "GET", "/login/")).status
        return [*guesses, other, page]

    *guesses, last, other, page = run(asked())
    assert (set(guesses), last, other, page) == ({200}, 429, 200, 200)


def test_payments_are_counted_by_link_whoever_asks():
    async def asked() -> list[int]:
        served = Front(echo)
        return [
            (await ask(served, "POST", "/pay/abc", client=f"10.0.0.{n}")).status for n in range(front.PAYMENTS + 1)
        ] + [(await ask(served, "POST", "/pay/def")).status]

    *paid, last, other = run(asked())
    assert (set(paid), last, other) == ({200}, 429, 200)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.2.3.4", "10.0.0.7"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (1, "", "10.0.0.7"),
        (1, "nonsense", "10.0.0.7"),
        (1, "[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_the_address_of_who_asks_is_what_our_own_proxy_saw(proxies, forwarded, address):
    answer = run(ask(Front(echo, proxies=proxies), "GET", "/x", headers={"X-Forwarded-For": forwarded}))
    assert json.loads(answer.body)["address"] == address


def test_a_header_with_an_underscore_does_not_pass_for_another():
    def told(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [str("HTTP_X_FORWARDED_PROTO" in environ).encode()]

    assert run(ask(Front(told), "GET", "/x", headers={"X_Forwarded_Proto": "https"})).body == b"False"


def test_a_path_reaches_django_as_it_was_sent():
    assert json.loads(run(ask(Front(echo), "GET", "/a%20b/%C3%A9")).body)["path"] == "/a b/\xc3\xa9"


# -- uploads


def test_strangers_files_are_refused_before_a_byte_is_read(db):
    async def asked(headers: dict[str, str]) -> Answered:
        return await ask(Front(never), "POST", "/imports/new/", parts=[b"x" * MIB] * 3, headers=headers)

    assert run(asked({"Content-Length": str(3 * MIB)})).status == 413
    assert run(asked({"Transfer-Encoding": "chunked"})).status == 413
