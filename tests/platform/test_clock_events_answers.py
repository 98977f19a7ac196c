from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories import NOW, make_company

from subledger.platform import clock, idempotency, jobs
from subledger.platform.errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from subledger.platform.events import add_note
from subledger.platform.idempotency import (
    IN_FLIGHT_LIMIT,
    KEPT,
    Binding,
    MadeKind,
    answer_once,
    bind,
    fingerprint_of,
)
from subledger.platform.models import Event, NumberSeries, StoredAnswer
from subledger.platform.numbering import create_series, next_number
from subledger.platform.rooms import RoomsInvalid
from subledger.platform.scope import company_scope, current_company_id
from subledger.platform.statements import fresh_ids
from subledger.transactions.made_kinds import TRANSACTION

OK = (201, '{"id": "pay_1"}', "application/json")


def test_the_clock_stands_still_only_where_it_is_told_to():
    with clock.frozen(NOW):
        with clock.frozen(NOW + timedelta(days=1)):
            assert clock.now() == NOW + timedelta(days=1)
        assert clock.now() == NOW
    assert clock.now() != NOW


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 5, 20, 22, 30, tzinfo=UTC), "Europe/Rome", 21),
        (datetime(2026, 5, 20, 22, 30, tzinfo=UTC), "America/New_York", 20),
        (datetime(2026, 5, 20, 3, 30, tzinfo=UTC), "America/New_York", 19),
    ],
)
def test_the_business_date_is_the_zones_own(at: datetime, zone: str, day: int):
    with clock.frozen(at):
        assert clock.today(zone).day == day


def test_ids_grow_and_are_never_given_twice(company):
    ids = fresh_ids(500)
    assert ids == sorted(set(ids))
    assert fresh_ids(1)[0] > ids[-1]
    assert fresh_ids(0) == []


def test_numbers_run_without_a_gap_by_company(company):
    create_series(code="voucher", prefix="VOU", digits=4)
    create_series(code="voucher", prefix="OTHER")  # there is one already: it stays
    assert next_number("voucher") == ["VOU0001"]
    assert next_number("voucher", count=3) == ["VOU0002", "VOU0003", "VOU0004"]
    assert next_number("voucher", count=0) == []
    with company_scope(make_company().pk):
        create_series(code="voucher", prefix="X")
        assert next_number("voucher") == ["X00000001"]
        assert NumberSeries.objects.filter(code="voucher").count() == 1


def test_a_note_is_an_event_of_the_company_in_scope(company):
    add_note(object_type="account", object_id=7, text="called twice", actor="user:ana")
    note = Event.objects.get(type="account.noted")
    assert (note.company_id, note.object_id, note.actor, note.at) == (company.pk, 7, "user:ana", NOW)


def test_the_same_request_gets_the_first_answer_again(company):
    times = []

    def produce() -> tuple[int, str, str]:
        times.append(1)
        return OK

    first = answer_once(key="k", fingerprint="f", produce=produce)
    again = answer_once(key="k", fingerprint="f", produce=produce)
    assert (first.replayed, again.replayed) == (False, True)
    assert first[:3] == again[:3] == OK
    assert len(times) == 1
    with company_scope(make_company().pk):
        assert not answer_once(key="k", fingerprint="f", produce=produce).replayed, "keys are each company's own"


def test_a_failure_frees_the_key(company):
    with pytest.raises(ZeroDivisionError):
        answer_once(key="k", fingerprint="f", produce=lambda: 1 // 0)  # type: ignore[arg-type,return-value]
    assert answer_once(key="k", fingerprint="f", produce=lambda: (503, "", "text/plain")).status == 503
    assert answer_once(key="k", fingerprint="other", produce=lambda: OK).status == 201


def test_keys_are_forgotten_in_time_and_dead_requests_do_not_hold_them(company):
    answer_once(key="old", fingerprint="f", produce=lambda: OK)
    StoredAnswer.objects.create(company_id=current_company_id(), key="dead", fingerprint="f", created_at=clock.now())
    with clock.frozen(NOW + IN_FLIGHT_LIMIT + timedelta(seconds=1)):
        assert not answer_once(key="dead", fingerprint="f", produce=lambda: OK).replayed
        assert answer_once(key="old", fingerprint="f", produce=lambda: OK).replayed
    with clock.frozen(NOW + KEPT + timedelta(seconds=1)):
        assert not answer_once(key="old", fingerprint="g", produce=lambda: OK).replayed


def test_a_key_stands_for_what_a_room_declares_and_for_nothing_else(company):
    def make(kind: MadeKind) -> tuple[int, str, str]:
        bind(kind, 7)
        return OK

    with pytest.raises(RoomsInvalid, match=r"No room declares MadeKind\(name='toy'"):
        answer_once(key="k", fingerprint="f", produce=lambda: make(MadeKind("toy")), how=Binding.BY_SERVICE)
    answer_once(key="k", fingerprint="f", produce=lambda: make(TRANSACTION), how=Binding.BY_SERVICE)
    assert StoredAnswer.objects.get(key="k").made_kind == "transaction"


def test_what_a_newer_version_made_is_told_by_that_one(company):
    StoredAnswer.objects.create(
        company_id=company.pk, key="k", fingerprint="f", made=7, made_kind="toy", created_at=clock.now()
    )
    with pytest.raises(IdempotencyKeyInFlight):
        answer_once(key="k", fingerprint="f", produce=lambda: OK)


def keep_answers(count: int, name: str) -> None:
    for number in range(count):
        answer_once(key=f"{name} {number}", fingerprint="f", produce=lambda: OK)


def kept_keys() -> set[str]:
    return set(StoredAnswer.objects.values_list("key", flat=True))


def test_answers_past_their_time_are_swept_in_batches_and_no_key_within_it(company, monkeypatch):
    monkeypatch.setattr(idempotency, "SWEPT_AT_ONCE", 2)
    StoredAnswer.unscoped.all().delete()
    keep_answers(3, "old")
    other = make_company()
    with company_scope(other.pk):
        keep_answers(2, "old of another company")
    with clock.frozen(NOW + timedelta(seconds=1)):
        keep_answers(3, "within its time")
        StoredAnswer.objects.create(
            company_id=company.pk, key="made, not answered", fingerprint="f", made=7, created_at=clock.now()
        )
    with clock.frozen(NOW + KEPT):
        assert jobs.sweep_stored_answers() == {"answers": 0}, "to the very second that was promised"
    with clock.frozen(NOW + KEPT + timedelta(seconds=1)):
        assert idempotency.sweep_answers() == 2, "a batch at a time, the oldest first"
        assert kept_keys() == {"old 2", "within its time 0", "within its time 1", "within its time 2"} | {
            "made, not answered"
        }
        assert jobs.sweep_stored_answers() == {"answers": 3}
        assert kept_keys() == {f"within its time {number}" for number in range(3)} | {"made, not answered"}
        assert answer_once(key="within its time 0", fingerprint="f", produce=lambda: OK).replayed
        with company_scope(other.pk):
            assert not kept_keys()


def test_one_sweep_of_answers_is_bounded(company, monkeypatch):
    monkeypatch.setattr(idempotency, "SWEPT_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "BATCHES_OF_ANSWERS", 2)
    StoredAnswer.unscoped.all().delete()
    keep_answers(5, "old")
    with clock.frozen(NOW + KEPT + timedelta(seconds=1)):
        assert [jobs.sweep_stored_answers()["answers"] for _ in range(3)] == [4, 1, 0]


def test_workers_sweep_answers_again_and_again():
    periodic = {name for name, _ in jobs.app.periodic_registry.periodic_tasks}
    assert {"sweep_stored_answers", "rescue_stalled", "sweep_expired_sessions"} <= periodic


def test_a_fingerprint_tells_method_path_and_body_apart():
    prints = {
        fingerprint_of(*r)
        for r in [("POST", "/a", b"x"), ("PUT", "/a", b"x"), ("POST", "/b", b"x"), ("POST", "/a", b"y")]
    }
    assert len(prints) == 4
    assert fingerprint_of("POST", "/a", b"x") in prints
    with pytest.raises(TypeError):
        fingerprint_of("POST", "/a", "x")  # type: ignore[arg-type]


def test_a_reused_key_names_itself(company):
    answer_once(key="k-9", fingerprint="f", produce=lambda: OK)
    with pytest.raises(IdempotencyKeyReused, match="'k-9'"):
        answer_once(key="k-9", fingerprint="g", produce=lambda: OK)


def test_the_order_of_names_and_white_space_make_no_other_request():
    path, body = "/a?x=1&y=2", b'{"amount": 1, "account": {"b": [1, 2], "a": null}}'
    same = fingerprint_of("POST", path, body)
    assert fingerprint_of("POST", "/a?y=2&x=1", b'{"account":{"a":null,"b":[1,2]},\n "amount":1}') == same
    assert fingerprint_of("POST", path, body.replace(b"[1, 2]", b"[2, 1]")) != same, (
        "the order of a list says something"
    )
    assert fingerprint_of("POST", path, body.replace(b'"amount": 1', b'"amount": "1"')) != same
    assert fingerprint_of("POST", "/a?x=2&y=1", body) != same
