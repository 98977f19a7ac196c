"""Days that no books have, asked for by addresses and forms: refused in words, as the API does, wherever they stand."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.webhooks.conftest import _loopback_is_allowed as _loopback_is_allowed
from tests.webhooks.conftest import endpoint_at

REPORTS = ("overdue-trend", "cash-by-week", "collection-rate", "days-sales-outstanding")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_either_end_of_time_are_refused_in_words(ledger: Ledger, desk, company, day: str):
    account = ledger.account.public_id
    paths = [
        f"/accounts/{account}/statement/print/?to={day}", f"/accounts/{account}/statement/print/?to={day}&group=1",
        f"/configuration/events/?at_from={day}&at_to={day}", *(f"/reports/{name}/?as_of={day}" for name in REPORTS),
        f"/accounts/{account}/messages/new/?from={day}&to={day}",
    ]  # fmt: skip
    answers = {path: desk.get(path) for path in paths}
    assert {path: one.status_code for path, one in answers.items() if one.status_code >= 500} == {}
    said = [
        path for path, one in answers.items() if one.status_code != 404 and "cannot be right" in one.content.decode()
    ]
    assert len(said) >= len(paths) - 1
    endpoint, _ = endpoint_at("http://127.0.0.1:9/")
    replay = f"/webhooks/{endpoint.public_id}/replay/"
    assert desk.post(replay, {"since": day, "until": day}).status_code == 422
    body = {"since": f"{day}T00:00:00Z"}
    ApiClient(company).post(f"webhook_endpoints/{endpoint.public_id}/replay", body, expect=422)
