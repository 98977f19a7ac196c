"""A client that speaks to the API as users do: JSON in, JSON out, one key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from django.test import Client
from tests.factories import make_company

from subledger.companies.models import Company
from subledger.companies.services import create_api_key
from subledger.platform.scope import company_scope

BASE = "/api/v1"


class Refused(AssertionError):
    """An answer other than the expected one."""


@dataclass
class ApiClient:
    """``api.post("invoices", …)`` returns the body and asserts the status."""

    company: Company
    scopes: tuple[str, ...] = ("read", "write")
    secret: str = field(init=False)
    _client: Client = field(init=False, default_factory=Client)

    def __post_init__(self) -> None:
        with company_scope(self.company.pk):
            _, self.secret = create_api_key(name="tests", scopes=self.scopes, actor="test")

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The raw response; ``body`` goes as JSON."""
        options: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.secret}", **headers}}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        url = path if path.startswith("/") else f"{BASE}/{path}"
        return self._client.generic(method, url, **self._encoded(options))

    @staticmethod
    def _encoded(options: dict[str, Any]) -> dict[str, Any]:
        if "data" in options and not isinstance(options["data"], str | bytes):
            options["data"] = orjson.dumps(options["data"])
        return options

    def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        if query:
            path = f"{path}?{urlencode(query, doseq=True)}"
        return self._checked(self.request("GET", path), expect)

    def post(self, path: str, body: Any = None, expect: int | None = None, **headers: str) -> Any:
        return self._checked(self.request("POST", path, {} if body is None else body, **headers), expect)

    def patch(self, path: str, body: Any, expect: int = 200) -> Any:
        return self._checked(self.request("PATCH", path, body), expect)

    def delete(self, path: str, expect: int = 204) -> Any:
        return self._checked(self.request("DELETE", path), expect)

    def _checked(self, response: Any, expect: int | None) -> Any:
        wanted = (200, 201) if expect is None else (expect,)
        if response.status_code not in wanted:
            raise Refused(f"{response.status_code} instead of {wanted}: {response.content.decode()}")
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return response.json() if response.content else None


class Books(ApiClient):
    """Amounts in whole euros and days of May 2026, as the specification's examples are written."""

    _account: str | None = None

    @property
    def account(self) -> str:
        if self._account is None:
            self._account = self.new_account()
        return self._account

    def new_account(self, **fields: Any) -> str:
        customer = self.post("customers", {"name": "Ann Example"})
        account: str = self.post("accounts", {"customer": customer["id"], **fields})["id"]
        return account

    def invoice(self, euros: int, *, on: str = "2026-05-04", **fields: Any) -> str:
        items = [{"unit_amount": euros * 100, "description": "Example"}]
        return self._posted("invoices", {"items": items, "posted_on": on, **fields})

    def credit_note(self, euros: int, *, on: str = "2026-05-05", **fields: Any) -> str:
        return self._posted(
            "credit_notes",
            {"items": [{"description": "Services", "unit_amount": euros * 100}], "posted_on": on, **fields},
        )

    def payment(self, euros: int, *, on: str = "2026-05-05", **fields: Any) -> str:
        return self._posted("payments", {"amount": euros * 100, "posted_on": on, **fields})

    def refund(self, euros: int, *, on: str = "2026-05-06", **fields: Any) -> str:
        return self._posted("refunds", {"amount": euros * 100, "posted_on": on, **fields})

    def _posted(self, path: str, fields: dict[str, Any]) -> str:
        body = {"account": self.account, "state": "posted", **fields}
        ident: str = self.post(path, body, expect=201)["id"]
        return ident

    def unsettled(self, ident: str) -> int:
        return self._whole(self.get(f"transactions/{ident}")["unsettled_amount"])

    def unallocated(self, ident: str) -> int:
        return self._whole(self.get(f"transactions/{ident}")["unallocated_amount"])

    def balance(self, account: str | None = None) -> int:
        return self._whole(self.get(f"accounts/{account or self.account}/balance")["balance"])

    def links(self) -> set[tuple[str, str, int, str]]:
        """Live allocations: (credit, debit, euros, principle)."""
        rows = self.get("allocations", account=self.account, limit=100)["data"]
        return {
            (row["credit"], row["debit"], self._whole(row["amount"]), row["principle"])
            for row in rows
            if row["released_on"] is None
        }

    @staticmethod
    def _whole(minor: int) -> int:
        euros, cents = divmod(minor, 100)
        assert cents == 0
        return euros


def books(**options: Any) -> Books:
    return Books(make_company(**options))
