"""Card numbers and secrets: never in a row, never in a log line, never in the repository."""

from __future__ import annotations

import logging
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.factories import make_company

from stripe_sandbox.server import running_sandbox
from subledger.demo import collection
from subledger.gateways.models import Provider
from subledger.platform.scope import company_scope

REPOSITORY = Path(__file__).parents[2]
NUMBERS = {
    collection.GOOD,
    collection.FAILS_WHEN_CHARGED,
    collection.ASKS_FOR_ITS_OWNER,
    collection.DISPUTED,
}
SECRETS = {collection.TEST_KEY, collection.WEBHOOK_SECRET}
# Where published test numbers are typed or told: the sandbox, the demo's customers, and tests of both.
MAY_NAME_TEST_CARDS = ("src/stripe_sandbox/", "src/subledger/demo/collection.py", "tests/", "docs/")
CARD = re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.])")
LIVE_SECRET = re.compile(r"(?:sk|rk)_live_[0-9A-Za-z]{16,}|whsec_[0-9A-Za-z]{32,}")


def is_card(digits: str) -> bool:
    """Luhn's check, from an issuer's range."""
    if digits[0] not in "3456" or len(set(digits)) < 2:
        return False
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def cards_in(text: str) -> Iterator[str]:
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 13 <= len(digits) <= 19 and is_card(digits):
            yield digits


def every_row() -> Iterator[tuple[str, str]]:
    """All that the database holds, as text; bodies as they were delivered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            yield from ((table, row[0]) for row in cursor.fetchall())
        cursor.execute("SELECT convert_from(body, 'UTF8') FROM gateways_inboxevent")
        yield from (("gateways_inboxevent", row[0]) for row in cursor.fetchall())


@pytest.mark.wide
@pytest.mark.django_db
def test_no_card_number_and_no_secret_is_stored_or_logged(caplog):
    caplog.set_level(logging.DEBUG)
    company = make_company()
    with running_sandbox() as running, company_scope(company.pk):
        collection.prepare(actor="test")
        collection.play(sandbox_url=running.url, actor="test")
        provider = Provider.objects.get()
    rows = list(every_row())
    assert any("4242" in row for _, row in rows)  # the last four are kept: rows are really looked at
    hidden = NUMBERS | SECRETS
    assert [(table, secret) for table, row in rows for secret in hidden if secret in row] == []
    assert provider.sealed_test_key
    assert repr(provider).count("sk_test") == 0
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("stripe_sandbox"))
    assert [secret for secret in hidden if secret in logged] == []


def test_the_repository_holds_no_secret_and_no_card_number():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for name in listed.stdout.splitlines():
        path = REPOSITORY / name
        if path.suffix in (".png", ".woff2", ".otf", ".ttf", ".ico", ".xlsx", ".parquet") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [(name, secret) for secret in LIVE_SECRET.findall(text)]
        if not name.startswith(MAY_NAME_TEST_CARDS) and "/static/" not in name:
            found += [(name, number) for number in cards_in(text)]
    assert found == []


def test_the_search_finds_what_it_looks_for():
    assert list(cards_in("pay with 4242 4242 4242 4242 today")) == ["4242424242424242"]
    assert list(cards_in("order 4242424242424241, id 17600000001234567890123")) == []
    assert LIVE_SECRET.findall("sk_" + "live_" + "a" * 24)
