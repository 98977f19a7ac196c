"""The same wish through three doors: the API, the pages and a file, in one company."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import Ledger, make_company
from tests.pages.conftest import member, seat

from subledger.accounts.services import update_account
from subledger.companies.models import Company
from subledger.import_kit.report import ImportReport
from subledger.imports.services import import_file
from subledger.platform.scope import company_scope


def said(answer: Any) -> str:
    """Everything that a page says, as one reads it."""
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


@dataclass
class Doors:
    """``file`` knows the ledger's account as A1."""

    ledger: Ledger
    api: ApiClient
    page: Client
    folder: Path
    made: dict[str, Any] = field(default_factory=dict)  # by what has set the scene

    def foreign(self) -> Ledger:
        """The books of another company."""
        with company_scope(make_company().pk):
            return Ledger()

    def send(self, address: str, typed: Mapping[str, object], *args: object) -> Any:
        """A form of a page, as a browser sends it; what it shows before posting for good is sent once more."""
        url = reverse(f"backoffice:{address}", args=args)
        answer = self.page.post(url, typed)
        shown = answer.content.decode() if answer.status_code == 200 else ""
        found = re.search(r'name="reviewed" value="(\w+)"', shown)
        return self.page.post(url, {**typed, "reviewed": found[1]}) if found else answer

    def file(self, kind: str, rows: Sequence[Mapping[str, object]], **options: Any) -> ImportReport:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path = self.folder / f"{kind}.csv"
        path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
        return import_file(kind, path, **{"actor": "test", **options})


@pytest.fixture
def doors(ledger: Ledger, company: Company, tmp_path: Path) -> Doors:
    update_account(account_id=ledger.account.pk, changes={"code": "A1"}, actor="test")
    return Doors(ledger, ApiClient(company), seat(member(company, "administrator")), tmp_path)
