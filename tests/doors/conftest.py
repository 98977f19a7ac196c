"""The same wish through three doors: the API, the pages and a file, in one company."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.pages.conftest import member, seat

from subledger.accounts.services import update_account
from subledger.companies.models import Company
from subledger.imports.report import ImportReport
from subledger.imports.services import import_file


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

    def send(self, address: str, typed: Mapping[str, object], *args: object) -> Any:
        """A form of a page, as a browser sends it."""
        return self.page.post(reverse(f"backoffice:{address}", args=args), typed)

    def file(self, kind: str, rows: Sequence[Mapping[str, object]], **options: Any) -> ImportReport:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path = self.folder / f"{kind}.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        return import_file(kind, path, **{"actor": "test", **options})


@pytest.fixture
def doors(ledger: Ledger, company: Company, tmp_path: Path) -> Doors:
    update_account(account_id=ledger.account.pk, changes={"code": "A1"}, actor="test")
    return Doors(ledger, ApiClient(company), seat(member(company, "administrator")), tmp_path)
