"""What is not to leave, looked up in sets."""

from __future__ import annotations

from typing import Any

import pytest

from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.services import outstanding

MANY = 300


def test_what_is_stopped_is_found_in_one_pass(monkeypatch: pytest.MonkeyPatch):
    """It was looked for among all of them, one by one, with the accounts and the books locked."""
    asked = 0

    class Row:
        type, state, amount_minor, currency, account_id = "payment", "pending", 100, "eur", 1

        def __init__(self, ident: int) -> None:
            self.ident = ident

        @property
        def pk(self) -> int:
            nonlocal asked
            asked += 1
            return self.ident

    def stop(rows: list[Any]) -> dict[int, Any]:
        return {row.ident: (NotDueCode.METHOD_REMOVED, "It was removed.") for row in rows}

    monkeypatch.setattr(outstanding, "_rooms", lambda kind, rows, besides=(): {row.ident: 100 for row in rows})
    for name in ("_terminated", "_returned"):
        monkeypatch.setattr(outstanding, name, lambda rows: [])
    monkeypatch.setattr(outstanding, "_ended", lambda rows: {})
    monkeypatch.setattr(outstanding, "stopped", stop)
    found = outstanding.not_to_leave([Row(ident) for ident in range(MANY)])
    assert len(found) == MANY
    assert asked < 10 * MANY
