"""How documents are numbered, by API: listed, tried, changed; printed under numbers with slashes."""

from __future__ import annotations

from .client import ApiClient, Books


def series(api: Books, code: str = "invoice") -> dict:
    [found] = api.get("number_series", code=code)["data"]
    return found


def test_a_series_is_tried_and_changed(api: Books):
    told = series(api)
    assert (told["format"], told["restarts"], told["period"], told["next_number"]) == (
        "INV{number:8}", "never", None, 1,
    )  # fmt: skip
    path, body = f"number_series/{told['id']}", {"format": "RE/{year}/{number:4}", "restarts": "year"}
    tried = api.patch(path, {**body, "next_number": 42, "dry_run": True})
    assert tried["next_numbers"] == ["RE/2026/0042", "RE/2026/0043", "RE/2026/0044"]
    assert api.get(path) == told
    assert api.patch(path, {**body, "next_number": 42}) == tried
    assert api.get(path) == tried
    assert api.patch(path, {"next_number": 9, "period": "2025"})["counters"] == [
        {"period": "2026", "next_number": 42}, {"period": "2025", "next_number": 9},
    ]  # fmt: skip
    invoice = api.get(f"invoices/{api.invoice(10)}")
    assert invoice["number"] == "RE/2026/0042"
    assert [one["id"] for one in api.get("invoices", number="RE/2026/0042")["data"]] == [invoice["id"]]
    event = api.get("events", type="number_series.changed")["data"][0]
    assert (event["object_type"], event["object_id"]) == ("number_series", told["id"])


def test_a_refusal_names_the_field(api: Books):
    path = f"number_series/{series(api)['id']}"
    for body, status, code, param in (
        ({"format": "RE"}, 422, "number_series_invalid", "/format"),
        ({"restarts": "year"}, 422, "number_series_invalid", "/format"),
        ({"format": "PAY{number}"}, 409, "numbers_collide", "/format"),
        ({"period": "2026", "next_number": 3}, 422, "number_series_invalid", "/period"),
    ):
        refused = api.patch(path, body, expect=status)
        assert (refused["code"], refused["param"]) == (code, param), body
    assert api.patch(path, {"next_number": 0}, expect=422)["param"] == "/next_number"
    api.invoice(1)
    taken = api.patch(path, {"next_number": 1}, expect=409)
    assert (taken["code"], taken["param"]) == ("numbers_collide", "/next_number")


def test_a_key_needs_the_scope(api: Books):
    path = f"number_series/{series(api)['id']}"
    for scope, status in (("invoices:write", 403), ("number_series:write", 200)):
        ApiClient(api.company, scopes=("read", scope)).patch(path, {"next_number": 5}, expect=status)


def test_files_of_numbers_with_slashes_lie_in_no_folder(api: Books):
    api.patch(f"number_series/{series(api)['id']}", {"format": "RE/{yy}.{number:4}", "restarts": "year"})
    invoice = api.invoice(10)
    printed = api.request("GET", f"invoices/{invoice}/printout?format=html")
    assert printed.status_code == 200
    assert 'filename="invoice-RE-26.0001.html"' in printed["Content-Disposition"]
    assert "RE/26.0001" in printed.content.decode()
