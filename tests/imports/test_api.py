"""A file imported by API: ordered, carried out by a worker, its rejected rows fetched."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.test import override_settings
from tests.api.client import ApiClient

from subledger.companies.models import Company
from subledger.imports.models import ImportOrder, ImportRun
from subledger.runs.services import worker
from subledger.transactions.models import Transaction

FILE = b"account,amount,posted_on,reference\nA1,5.00,2026-05-04,R1\nA2,7.50,2026-05-05,R2\n"


@pytest.fixture
def api(company: Company) -> ApiClient:
    return ApiClient(company)


def body(content: bytes = FILE, **more: object) -> dict[str, object]:
    said = {"kind": "payments", "name": "may.csv", "file": b64encode(content).decode(), "create_missing": True}
    return {**said, **more}


def test_a_file_is_ordered_and_a_worker_imports_it(api: ApiClient):
    made = api.post("imports", body(), expect=201)
    assert (made["object"], made["state"], made["read"], made["is_kept"]) == ("import", "waiting", 0, False)
    assert not Transaction.objects.exists()
    worker.work(ImportOrder.objects.get().run_id)
    after = api.get(f"imports/{made['id']}", **{"expand[]": "run"})
    assert (after["state"], after["is_kept"], after["created"]) == ("completed", True, 2)
    assert after["totals"] == [{"currency": "eur", "amount": 1_250}]
    assert after["run"]["kind"] == "import"
    assert after["rejected_url"] is None
    assert api.post("imports", {**body(), "name": "may.txt"}, expect=422)["code"] == "file_format_unknown"
    assert [one["id"] for one in api.get("imports", kind="payments")["data"]] == [made["id"]]


def test_rejected_rows_are_fetched_as_a_file_and_imported_again_once_they_are_mended(api: ApiClient):
    made = api.post("imports", body(FILE + b"A3,many,2026-05-05,R3\n"), expect=201)
    worker.work(ImportOrder.objects.get().run_id)
    after = api.get(f"imports/{made['id']}")
    assert (after["state"], after["is_kept"], after["created"]) == ("completed_with_errors", False, 0)
    [told] = after["rejections"]
    assert (told["line"], told["column"], told["code"]) == (4, "amount", "amount_invalid")
    assert after["rejected_url"] == f"/api/v1/imports/{made['id']}/rejected"
    answer = api.request("GET", after["rejected_url"])
    assert answer.headers["Content-Type"] == "text/csv"
    [_, row] = b"".join(answer.streaming_content).decode().splitlines()
    assert row.startswith("A3,many,2026-05-05,R3,4,amount,amount_invalid,")
    assert "--" not in row, "in the words of no other door"


@pytest.mark.parametrize(
    ("then", "now", "minor"),
    [("1,234.56", "1.234,56", 1_234), ("1.234,56", "1,234.56", 1_234_000), ("", "1,234.56", None)],
)
def test_numbers_are_read_as_they_were_when_the_file_was_ordered(
    api: ApiClient, then: str, now: str, minor: int | None
):
    """``1.234`` KWD is one dinar and a bit, or over a thousand: what the preview showed is what is booked."""
    Company.objects.update(number_format=then)
    api.post("exchange_rates", {"currency": "kwd", "rate": "3", "on": "2026-05-01"}, expect=201)
    file = b"account,amount,posted_on,reference,currency\nA1,1.234,2026-05-04,R1,KWD\n"
    api.post("imports", body(file), expect=201)
    Company.objects.update(number_format=now)
    worker.work(ImportOrder.objects.get().run_id)
    booked = list(Transaction.objects.values_list("amount_minor", flat=True))
    assert booked == ([] if minor is None else [minor]), "nobody said, so it is refused as ambiguous"


def test_what_is_undone_at_once_is_not_ordered(api: ApiClient):
    """A worker reads the file: the answer would be an import of which nothing is ever known."""
    refusal = api.post("imports?dry_run=true", body(FILE), expect=422)
    assert (refusal["param"], refusal["code"]) == ("/dry_run", "invalid_request")
    assert "Send dry_run in the body" in refusal["detail"]


def test_a_dry_run_tells_what_would_come_of_a_file_and_keeps_nothing(api: ApiClient):
    made = api.post("imports", body(FILE + b"A3,many,2026-05-05,R3\n", dry_run=True), expect=201)
    worker.work(ImportOrder.objects.get().run_id)
    after = api.get(f"imports/{made['id']}", **{"expand[]": "run"})
    assert (after["is_dry_run"], after["is_kept"], after["state"]) == (True, False, "completed")
    assert (after["read"], after["created"], after["rejected"]) == (3, 2, 1)
    assert (after["run"]["kind"], after["run"]["in_hand"]) == ("import_check", None)
    assert after["rejected_url"]
    assert not Transaction.objects.exists()
    assert not ImportRun.objects.exists()


def test_what_is_no_base64_and_what_lacks_a_column_is_refused(api: ApiClient):
    assert api.post("imports", body() | {"file": "no!"}, expect=422)["param"] == "/file"
    refused = api.post("imports", body(b"account,posted_on\nA1,2026-05-04\n"), expect=422)
    assert refused["code"] == "file_header_invalid"
    assert api.post("imports", body(kind="bills"), expect=422)["code"] == "import_kind_unknown"
    assert not ImportOrder.objects.exists()


def test_asked_twice_with_one_key_is_ordered_once(api: ApiClient):
    first = api.post("imports", body(), expect=201, **{"Idempotency-Key": "one"})
    assert api.post("imports", body(), expect=201, **{"Idempotency-Key": "one"})["id"] == first["id"]
    assert ImportOrder.objects.count() == 1


def test_a_key_needs_what_the_rows_need_entered_by_hand(company: Company):
    less = ApiClient(company, scopes=("read", "imports:write"))
    assert less.post("imports", body(create_missing=False), expect=403)["code"] == "permission_denied"
    enough = ApiClient(company, scopes=("read", "imports:write", "payments:write"))
    enough.post("imports", body(create_missing=False), expect=201)


def test_a_file_may_be_longer_than_other_bodies_and_only_for_who_may_import(company: Company, api: ApiClient):
    rows = b"".join(b"A1,%d,2026-05-04,%0200d\n" % (n + 1, n) for n in range(5_000))
    long = body(b"account,amount,posted_on,reference\n" + rows)
    assert len(long["file"]) > 1024 * 1024  # type: ignore[arg-type]
    api.post("imports", long, expect=201)
    stranger = ApiClient(company, scopes=("read", "payments:write"))
    assert stranger.post("imports", long, expect=413)["status"] == 413
    with override_settings(IMPORT_LIMIT_BYTES=1024):
        api.post("imports", long, expect=413)
