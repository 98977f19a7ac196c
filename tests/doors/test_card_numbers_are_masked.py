"""What is refused as a card number is stored nowhere and given back nowhere in clear: its last four digits are."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from subledger.companies.models import Company
from subledger.config.logs import JsonFormatter, TextFormatter
from subledger.imports.services import import_file
from subledger.kernel.cards import card_number_in
from subledger.platform.models import StoredAnswer
from subledger.platform.tracing import traced

CARD = "4242424242424242"
WRITTEN = [
    CARD,
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242\u00a04242\u00a04242\u00a04242",
    "4242\u200b424242424242",
]


def tables_with_cards() -> list[str]:
    """Every table of the database that holds a card number in any column, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 50
        found = []
        for table in tables:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            if any(told(row) for (row,) in cursor.fetchall()):
                found.append(table)
    return found


def told(text: str) -> bool:
    """Whether a text gives a card number away, escaped as JSON or as it is."""
    squeezed = "".join(char for char in text if char.isalnum() or char in ",:\"'")
    return CARD in squeezed or card_number_in(text) is not None


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the log says, in each of its forms."""
    found: list[str] = []

    class Both(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.extend(form.format(record) for form in (TextFormatter(), JsonFormatter()))

    handler, root = Both(), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("subledger", "django", "axes"))]
    for logger in loggers:
        logger.addHandler(handler)
    yield found
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.few(2)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_refusal_of_the_api_is_stored_and_logged_without_it(doors, lines, written):
    account = doors.ledger.account.public_id
    pay = {"account": account, "amount": 100, "state": "posted"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("payments", {**pay, "back_office_code": written}),
        ("payments", {**pay, "account": written}),
        ("payments", {**pay, "currency": written}),
        ("payments", {**pay, "posted_on": written}),
        ("payments", {**pay, "amount": written}),
        ("payments", {**pay, "metadata": {written: "x"}}),
        ("payments", {**pay, written: "x"}),
        ("customers", {"name": written}),
        ("customers", {"name": "Ann", "country": written}),
        (f"accounts/{account}/notes", {"text": written}),
        (f"accounts/{written}/notes", {"text": "x"}),
    ]
    for at, (path, body) in enumerate(bodies):
        answer = doors.api.request("POST", path, body, **{"Idempotency-Key": f"k-{at}"})
        assert 400 <= answer.status_code < 500, (path, body)
        assert not told(answer.content.decode()), (path, body)
    assert StoredAnswer.objects.count() >= len(bodies) - 1
    logging.getLogger("subledger").warning("typed: %s", written, extra={"said": written})
    assert lines
    assert not any(told(line) for line in lines)
    assert tables_with_cards() == []


def test_a_key_or_a_request_id_is_no_place_for_one(doors, lines):
    body = {"account": doors.ledger.account.public_id, "amount": 100, "state": "posted"}
    answer = doors.api.request("POST", "payments", body, **{"Idempotency-Key": CARD})
    assert (answer.status_code, answer.json()["code"]) == (422, "card_number_refused")
    with traced(CARD) as ident:
        assert card_number_in(ident) is None
    assert tables_with_cards() == []


@pytest.mark.few(2)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("written", WRITTEN)
def test_a_rejected_file_gives_back_its_last_four(doors, tmp_path, written, suffix):
    import openpyxl
    from tests.imports.conftest import write_table

    header = ["account", "amount", "posted_on", "reference", "Notiz"]
    rows = [
        ["A1", "5", "2026-05-04", written, ""],
        [written, "5", "2026-05-04", "", ""],
        ["A1", written, "2026-05-04", "", ""],
        ["A1", "5", written, "", ""],
        ["A9", "5", "2026-05-04", "", f"card {written}"],  # in a column that is not read
    ]
    path = write_table(tmp_path / f"rows{suffix}", [header, *rows])
    rejected = io.BytesIO()
    with path.open("rb") as file:
        report = import_file("payments", file, name=path.name, actor="test", skip_bad=True, rejected_to=rejected)
    assert report.rejected == len(rows)
    if suffix == ".csv":
        text = rejected.getvalue().decode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(rejected.getvalue()))
        text = json.dumps([[str(cell.value) for cell in row] for row in book.active], ensure_ascii=False)
    assert not told(text)
    assert text.count("…4242") >= len(rows)
    assert not any(told(f"{one.reason} {one.on_page} {one.column}") for one in report.rejections)
    assert tables_with_cards() == []


def test_a_header_that_is_one_is_not_given_back(doors, tmp_path):
    rejected = io.BytesIO()
    file = io.BytesIO(f"account,amount,posted_on,{CARD}\nA9,5,2026-05-04,x\n".encode())
    import_file("payments", file, name="a.csv", actor="test", skip_bad=True, rejected_to=rejected)
    assert not told(rejected.getvalue().decode())
    assert tables_with_cards() == []


def test_what_is_typed_as_a_name_at_the_login_is_not_kept(company: Company, lines):
    browser = Client()
    for _ in range(2):
        browser.post(reverse("backoffice:login"), {"username": CARD, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert tables_with_cards() == []
    assert not any(told(line) for line in lines)


def test_a_page_stores_none_and_says_its_last_four(doors, lines):
    typed = {"type": "1", "then": "post", "amount": CARD, "back_office_code": CARD}
    answer = doors.send("transaction_new", typed, doors.ledger.account.pk, "payment")
    assert answer.status_code == 422
    assert tables_with_cards() == []
    assert not any(told(line) for line in lines)
