"""A company's API client beside its books with the toy gateway; and one with Stripe's sandbox over HTTP."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from tests.api.client import Books
from tests.factories import NOW, Ledger, forget_settings, make_company
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed
from tests.gateways.conftest import full_desk as full_desk
from tests.gateways.toy import BANKS
from tests.shared import share, whole_of

from subledger.platform import clock
from subledger.platform.scope import company_scope


class Till(Books):
    """The API's client, and the desk whose gateway it collects through; the account is the desk's."""

    desk: Desk

    @property
    def account(self) -> str:
        return self.desk.ledger.account.public_id

    @property
    def provider(self) -> str:
        return self.desk.provider.public_id

    @property
    def method(self) -> str:
        return self.desk.method.public_id

    def pay(self, euros: int = 25, *, expect: int = 201, **fields: object) -> dict:
        body: dict[str, object] = {"account": self.account, "state": "posted", "amount": euros * 100}
        body |= {"method": self.method, "confirm_in_advance": True, **fields}
        headers = {"Idempotency-Key": str(body.pop("key"))} if "key" in body else {}
        return self.post("payments", body, expect=expect, **headers)


@pytest.fixture
def till(request: pytest.FixtureRequest, db: None) -> Iterator[Till]:
    with clock.frozen(NOW):
        if whole := whole_of(request):
            company, desk = copy.deepcopy((whole.company, whole.made))
            forget_settings(company)
            BANKS.pop(desk.provider.public_id, None)
        else:
            company = make_company()
            with company_scope(company.pk):
                desk = make_desk(Ledger())
        till = Till(company)
        till.desk = desk
        yield till


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, till, "full_desk")
