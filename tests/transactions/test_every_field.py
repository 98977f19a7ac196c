"""What orders say arrives in the rows: every field of each, for every order."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from tests.transactions.facts import (
    CUSTOMER,
    FIRST_ID,
    METHOD,
    NUMBERED,
    OTHER,
    TODAY,
    TYPES,
    WRITE_OFF,
    decided,
    facts,
    may,
    open_debit,
    target,
)

from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.facts import Target
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, OnTarget, Post, QuickPay, WriteOff
from subledger.transactions.rules.rows import ItemRow, PostedRow
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

CATEGORY, PREFERENCE, PRODUCT, RATE = 41, 71, 81, 91
KNOWN: dict[str, dict[int, str | None]] = {
    "payment_preference": {PREFERENCE: None},
    "product": {PRODUCT: None},
    "tax_rate": {RATE: None},
}
SAID: dict[str, Any] = {
    "category_id": CATEGORY,
    "back_office_code": "CODE",
    "issue_reason": "why",
    "metadata": {"k": "v"},
    "note": "seen",
    "posted_on": may(9),
}
ITEM = NewItem(
    unit_amount=Decimal(100_00),
    quantity=Decimal(2),
    discount_percent=Decimal(10),
    tax_percent=Decimal(19),
    tax_rate_id=RATE,
    product_id=PRODUCT,
    description="Hosting",
    service_start=date(2026, 6, 1),
    service_end=date(2026, 6, 30),
    metadata={"serial": "S-1"},
)
AMOUNTS = {"amount_minor": 214_20, "net_minor": 200_00, "discount_minor": 20_00, "tax_minor": 34_20}


def row(kind: C, ident: int = FIRST_ID, **expected: Any) -> dict[str, Any]:
    """All fields of a row: what is not expected to be there is None."""
    given = {
        "id": ident,
        "classification": kind,
        "account_id": CUSTOMER,
        "currency": "eur",
        "type_id": TYPES[kind],
        "counter": kind.value,
        "ordinal": 0,
        "number_as": NUMBERED[kind],
        "digits": 8,
        "issued_on": may(9),
        "posted_on": may(9),
    }
    wanted = {**dict.fromkeys((f.name for f in fields(PostedRow)), None), **given, **expected}
    return {**wanted, "base_minor": wanted["amount_minor"] if wanted["base_minor"] is None else wanted["base_minor"]}


def own(*without: str) -> dict[str, Any]:
    """What an order says that goes onto what it makes."""
    return {k: v for k, v in SAID.items() if k not in ("note", "posted_on", *without)}


def rows_of(given, *orders) -> list[dict[str, Any]]:
    done = decided(given, *orders)
    noted = [event for event in done.effects.events if event.type == "transaction.noted"]
    assert [event.data for event in noted] == [{"text": "seen"}] * len(noted)
    assert noted or (isinstance(orders[0], Post) and orders[0].draft_id)
    return [asdict(one) for one in done.effects.rows.values()]


def test_a_new_document():
    new = NewTransaction(
        classification=C.INVOICE, account_id=CUSTOMER, items=(ITEM,), issued_on=may(3), due_on=may(19),
        order_reference="PO-1",
        payment_preference_id=PREFERENCE, **SAID,
    )  # fmt: skip
    expected = row(
        C.INVOICE, issued_on=may(3), due_on=may(19), payment_preference_id=PREFERENCE, order_reference="PO-1",
        **AMOUNTS, **own(),
    )  # fmt: skip
    assert rows_of(facts(known=KNOWN), Post(new=new)) == [expected]
    [item] = decided(facts(known=KNOWN), Post(new=new)).effects.items
    assert item == ItemRow(
        transaction_id=FIRST_ID, position=1, product_id=PRODUCT, description="Hosting", quantity="2",
        unit_amount="10000", net_minor=200_00, discount_percent="10", discount_minor=20_00, tax_rate_id=RATE,
        tax_percent="19", tax_minor=34_20, sub_total_minor=214_20, service_start=date(2026, 6, 1),
        service_end=date(2026, 6, 30), credits_id=None, credits_position=None, metadata={"serial": "S-1"},
        price_is="unit", entered_discount_percent="10",
    )  # fmt: skip


def test_a_credit_note_and_its_reason():
    new = NewTransaction(classification=C.CREDIT_NOTE, account_id=CUSTOMER, items=(ITEM,), credit_reason_id=61, **SAID)
    expected = row(C.CREDIT_NOTE, issued_on=may(9), credit_reason_id=61, **AMOUNTS, **own())
    assert rows_of(facts(known=KNOWN), Post(new=new)) == [expected]
    [event] = [one for one in decided(facts(known=KNOWN), Post(new=new)).effects.events if one.type.endswith("posted")]
    assert event.data["reason"] == "Duplicate"


def test_a_new_payment_and_a_new_refund():
    said = {"account_id": CUSTOMER, "amount_minor": 50_00, "issued_on": may(3), "payment_preference_id": PREFERENCE}
    payment = NewTransaction(
        classification=C.PAYMENT, payment_method_id=METHOD, received_on=may(2), received_by="Carla",
        intended_ids=(1,), **said, **SAID,
    )  # fmt: skip
    expected = {"amount_minor": 50_00, "issued_on": may(3), "payment_preference_id": PREFERENCE, **own()}
    invoice = target(1, C.INVOICE, 1)
    assert rows_of(facts(invoice, known=KNOWN), Post(new=payment)) == [
        row(
            C.PAYMENT, payment_method_id=METHOD, received_on=may(2), received_by="Carla", intended_ids=[1], **expected
        )
    ]  # fmt: skip
    refund = NewTransaction(classification=C.REFUND, refund_method_id=METHOD, **said, **SAID)
    given = facts(known=KNOWN, balances={CUSTOMER: -50_00})
    assert rows_of(given, Post(new=refund)) == [row(C.REFUND, refund_method_id=METHOD, **expected)]


def draft(kind: C, **changed: Any) -> Target:
    values = {
        "state": TransactionState.DRAFT, "number": None, "posted_on": None, "base_minor": None, "due_on": None,
        "issued_on": may(3), **changed,
    }  # fmt: skip
    return target(7, kind, values.pop("amount_minor"), **values)


def test_a_draft():
    posting = Post(draft_id=7, posted_on=may(9))
    document = draft(C.INVOICE, due_on=may(19), **AMOUNTS)
    expected = row(C.INVOICE, 7, issued_on=may(3), due_on=may(19), **AMOUNTS)
    assert rows_of(facts(document), posting) == [expected]
    undated = draft(C.INVOICE, due_on=may(19), is_dated=False, **AMOUNTS)
    assert rows_of(facts(undated), posting) == [{**expected, "issued_on": may(9)}]
    for kind in (C.PAYMENT, C.REFUND):
        [found] = rows_of(facts(draft(kind, amount_minor=5), balances={CUSTOMER: -5}), posting)
        assert found == row(kind, 7, issued_on=may(3), amount_minor=5)


def on_target(order: type[OnTarget], **more: Any) -> Any:
    return order(target_id=1, **{**SAID, **more})


def test_cancellations():
    for kind, made in ((C.INVOICE, C.INVOICE_CANCELLATION), (C.PAYMENT, C.PAYMENT_CANCELLATION)):
        parts = AMOUNTS if kind is C.INVOICE else {"amount_minor": 50_00}
        known = {k: v for k, v in parts.items() if k != "amount_minor"}
        given = facts(
            target(1, kind, parts["amount_minor"], base_minor=7, **known), target_open={1: (parts["amount_minor"], 7)}
        )
        assert rows_of(given, on_target(Cancel, amount=ALL)) == [
            row(made, cancels_id=1, base_minor=7, **parts, **own())
        ]


def test_a_write_off_and_its_mirror():
    given = facts(target(1, C.INVOICE, 60_00), open_items={CUSTOMER: [open_debit(1, 60_00)]})
    done = rows_of(given, on_target(WriteOff, amount=ALL, mirror_account_id=WRITE_OFF))
    parts = {"amount_minor": 60_00, "net_minor": 60_00, "discount_minor": 0, "tax_minor": 0}
    assert done == [
        row(C.WRITE_OFF, writes_off_id=1, **parts, **own()),
        row(
            C.INVOICE, FIRST_ID + 1, account_id=WRITE_OFF, mirrors_id=FIRST_ID, counter="mirror_invoice",
            number_as="MIR#", due_on=may(9), **parts,
        ),
    ]  # fmt: skip


def test_a_move_keeps_what_the_payment_says():
    payment = target(
        1, C.PAYMENT, 50_00, category_id=CATEGORY, received_on=may(2), received_by="Carla", metadata={"a": "b"}
    )
    given = facts(payment, target_open={1: (50_00, 50_00)})
    cancellation, moved = rows_of(given, on_target(Move, to_account_id=OTHER))
    assert cancellation == row(C.PAYMENT_CANCELLATION, cancels_id=1, amount_minor=50_00, issue_reason="why")
    assert moved == row(
        C.PAYMENT, FIRST_ID + 1, account_id=OTHER, moved_from_id=1, amount_minor=50_00, category_id=CATEGORY,
        received_on=may(2), received_by="Carla", metadata={"a": "b"}, payment_method_id=METHOD,
    )  # fmt: skip


def test_a_quick_payment():
    given = facts(
        target(1, C.INVOICE, 60_00), known=KNOWN, open_items={CUSTOMER: [open_debit(1, 40_00)]}
    )  # fmt: skip
    order = on_target(
        QuickPay, amount=ALL, payment_method_id=METHOD, payment_preference_id=PREFERENCE, issued_on=may(3),
        received_on=may(2), received_by="Carla", type_id=TYPES[C.PAYMENT],
    )  # fmt: skip
    assert rows_of(given, order) == [
        row(
            C.PAYMENT, amount_minor=40_00, payment_method_id=METHOD, payment_preference_id=PREFERENCE,
            issued_on=may(3), received_on=may(2), received_by="Carla", intended_ids=[1], **own(),
        )
    ]  # fmt: skip


def test_what_is_not_said_has_its_default():
    [bare] = [
        asdict(one)
        for one in decided(
            facts(), Post(new=NewTransaction(classification=C.PAYMENT, account_id=CUSTOMER, amount_minor=5))
        ).effects.rows.values()
    ]
    assert bare == row(
        C.PAYMENT, amount_minor=5, issued_on=TODAY, posted_on=TODAY, received_on=TODAY, received_by="tester",
        payment_method_id=METHOD,
    )  # fmt: skip
