"""What the page of the Stripe sandbox lists is what the sandbox has."""

from __future__ import annotations

import re

from tests.docs.pages import code_in, rows_of, text_of

from stripe_sandbox.faults import REQUEST_ACTIONS, WEBHOOK_ACTIONS
from stripe_sandbox.params import API_VERSION
from stripe_sandbox.payments.cards import IBANS, card_of_number, card_of_token

PAGE = "docs/domain/sandbox.md"


def section(heading: str) -> str:
    return text_of(PAGE).split(f"## {heading}\n")[1].split("\n## ")[0]


def test_every_control_call_is_there():
    said = {name for row in rows_of(section("Control")) for name in code_in(row[0])}
    known = re.findall(r'^@control\("(\w+)", "(\S+)"\)', text_of("src/stripe_sandbox/control.py"), re.MULTILINE)
    assert said == {f"{method} {path}" for method, path in known}


def test_every_fault_is_there():
    rows = [row for row in rows_of(section("Faults")) if "`" in row[0]]
    said = {(row[0].strip("`"), row[1]) for row in rows}
    assert said == {(name, "requests") for name in REQUEST_ACTIONS} | {(name, "webhooks") for name in WEBHOOK_ACTIONS}


def test_cards_and_accounts_shown_are_published_ones():
    shown = [row for row in rows_of(section("Cards")) if "`" in row[1]]
    assert len(shown) >= 9
    for number, token, _ in shown:
        assert card_of_number(number.replace(" ", "")) == card_of_token(token.strip("`")), number
    ibans = [name for name in code_in(section("Cards")) if re.fullmatch(r"[A-Z]{2}\d{20}", name)]
    assert set(ibans) <= set(IBANS)
    assert ibans


def test_the_version_named_is_the_one_it_speaks():
    assert f"`{API_VERSION}`" in text_of(PAGE)
