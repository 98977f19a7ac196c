"""What an order says stands in the columns of what it makes: every one of them, and nothing that was not said."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest
from tests.transactions.facts import (
    BANK,
    CUSTOMER,
    FIRST_ID,
    METHOD,
    OTHER,
    RECEIVABLE,
    TODAY,
    TYPES,
    WRITE_OFF,
    account,
    configuration,
    decided,
    deciding,
    draft,
    facts,
    lines,
    made,
    may,
    open_debit,
    post,
    posting_rules,
    refused,
    target,
)

from subledger.accounts.errors import DueDateInvalid
from subledger.kernel.errors import DomainError, NotFound
from subledger.transactions import day_errors, errors, going_out_errors
from subledger.transactions.rules.documents import MethodFacts, NewTransaction
from subledger.transactions.rules.draft_values import draft_values
from subledger.transactions.rules.facts import Leaving, PostingInputs, StoredLink
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Order, Post, QuickPay, WriteOff
from subledger.transactions.rules.posting import AccountRole, Component, PostingPart, Rule, RuleBook
from subledger.transactions.rules.writing_off import Taxed
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple, ReleaseReason

ITEM = NewItem(unit_amount=Decimal(100), description="Hosting")
SAID: dict[str, Any] = {
    "category_id": 41,
    "back_office_code": "A-1",
    "issue_reason": "why",
    "metadata": {"k": "v"},
}
NOTHING_SAID = dict.fromkeys(SAID)
KNOWN: dict[str, dict[int, str | None]] = {"payment_preference": {5: None}}


def columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name in (names or SAID)}


# -- new ones --------------------------------------------------------------------------------------------------------


def test_a_new_one_keeps_what_was_said():
    said = {**SAID, "payment_preference_id": 5, "issued_on": may(2), "received_on": may(3), "received_by": "Carla"}
    [row] = decided(facts(known=KNOWN), post(C.PAYMENT, 5, **said)).effects.new_rows()
    assert columns(row, *said) == said
    assert (row.payment_method_id, row.refund_method_id) == (METHOD, None)
    [plain] = decided(facts(), post(C.PAYMENT, 5)).effects.new_rows()
    assert columns(plain) == NOTHING_SAID
    [back] = decided(facts(balances={CUSTOMER: -5}), post(C.REFUND, 5)).effects.new_rows()
    assert (back.payment_method_id, back.refund_method_id) == (None, METHOD)


def test_a_reason_of_a_credit_note_stands_on_it_and_in_its_event():
    done = decided(facts(), post(C.CREDIT_NOTE, items=(ITEM,), credit_reason_id=61))
    assert done.effects.new_rows()[0].credit_reason_id == 61
    assert done.effects.events[0].data["reason"] == "Duplicate"


def test_its_items_are_written_in_their_order():
    items = (ITEM, replace(ITEM, description="Domain", unit_amount=Decimal(7)))
    done = decided(facts(), post(C.INVOICE, items=items))
    assert [(one.transaction_id, one.position, one.description, one.sub_total_minor) for one in done.effects.items] == [
        (FIRST_ID, 1, "Hosting", 100), (FIRST_ID, 2, "Domain", 7),
    ]  # fmt: skip


def test_a_method_that_is_known_takes_money_that_has_moved_whatever_the_type_allows():
    given = facts()
    known = {**given.configuration.payment_methods, 32: MethodFacts("Cheque", BANK, False)}
    given = replace(given, configuration=replace(given.configuration, payment_methods=known))
    order = post(C.PAYMENT, 1, payment_method_id=32)
    assert isinstance(refused(given, order), errors.MethodNotAllowed)
    order.money_has_moved = True
    assert decided(given, order).effects.new_rows()[0].payment_method_id == 32


def test_a_code_is_taken_by_what_the_set_posts_with_it_and_by_nothing_else():
    with_code, plain = post(C.PAYMENT, 1, back_office_code="A"), post(C.PAYMENT, 1)
    assert isinstance(refused(facts(), with_code, with_code), errors.BackOfficeCodeTaken)
    done = decided(facts(), plain, plain, with_code)
    assert done.standing.is_taken("payment", "A")
    assert not done.standing.is_taken("A", "payment")
    assert not done.standing.is_taken("payment", "")


# -- drafts ----------------------------------------------------------------------------------------------------------


def drafted(kind: C, amount: int, **changed: Any) -> PostingInputs:
    return facts(draft(7, kind, amount, **changed), balances={CUSTOMER: -50})


def test_a_draft_keeps_what_it_has():
    given = drafted(
        C.CREDIT_NOTE, 119, net_minor=110, discount_minor=10, tax_minor=19, credit_reason_id=61, issued_on=may(3)
    )  # fmt: skip
    done = decided(given, Post(draft_id=7))
    row = done.effects.rows[7]
    assert (row.net_minor, row.discount_minor, row.tax_minor, row.credit_reason_id) == (110, 10, 19, 61)
    assert done.effects.events[0].data["reason"] == "Duplicate"
    assert (row.type_id, row.issued_on) == (TYPES[C.CREDIT_NOTE], may(3))
    assert "Old" in str(refused(drafted(C.CREDIT_NOTE, 1, credit_reason_id=62), Post(draft_id=7)))


@pytest.mark.parametrize("kind", [C.PAYMENT, C.REFUND])
def test_a_draft_goes_by_its_own_method(kind: C):
    method = "payment_method_id" if kind is C.PAYMENT else "refund_method_id"
    given = drafted(kind, 50, **{"payment_method_id": None, "refund_method_id": None, method: 33})
    known = {**given.configuration.payment_methods, 33: MethodFacts("Cash", 77, True)}
    types = dict(given.configuration.types)
    allowed = frozenset({METHOD, 33})
    types[TYPES[kind]] = replace(types[TYPES[kind]], payment_method_ids=allowed, refund_method_ids=allowed)
    settings = replace(given.configuration, payment_methods=known, refund_methods=known, types=types)
    done = decided(replace(given, configuration=settings), Post(draft_id=7))
    assert set(lines(done, 7)) == {77, RECEIVABLE}


def test_a_draft_of_an_invoice_keeps_its_due_date_and_is_not_asked_for_it_again():
    kept = drafted(C.INVOICE, 5, due_on=may(30))
    assert decided(kept, Post(draft_id=7)).effects.rows[7].due_on == may(30)
    distant = drafted(C.INVOICE, 5, due_on=TODAY.replace(year=TODAY.year + 30))
    assert isinstance(refused(distant, Post(draft_id=7)), DueDateInvalid), "the rule refuses it, and nobody is asked"


def test_a_draft_of_a_payment_settles_and_one_of_a_refund_is_within_the_credit():
    given = replace(drafted(C.PAYMENT, 50), open_items={CUSTOMER: [open_debit(1, 30)]})
    assert made(decided(given, Post(draft_id=7))) == [(7, 1, 30)]
    refund = drafted(C.REFUND, 51)
    assert isinstance(refused(refund, Post(draft_id=7)), going_out_errors.RefundAboveCredit)
    assert decided(refund, Post(draft_id=7, confirm_above_credit=True)).effects.drafts
    assert decided(drafted(C.REFUND, 50), Post(draft_id=7)).effects.drafts
    pending = drafted(C.REFUND, 51, state="pending")
    assert decided(pending, Post(draft_id=7, money_has_moved=True)).effects.drafts


@pytest.mark.parametrize("said", [{"confirm_posted_on": True}, {"money_has_moved": True}])
def test_the_old_day_of_a_draft_is_confirmed_or_a_fact(said: dict[str, bool]):
    old = TODAY.replace(year=TODAY.year - 2)
    state = "pending" if said.get("money_has_moved") else "draft"
    given = drafted(C.PAYMENT, 5, state=state, issued_on=old)
    assert decided(given, Post(draft_id=7, posted_on=old, **said)).effects.rows[7].posted_on == old
    assert isinstance(refused(drafted(C.PAYMENT, 5), Post(draft_id=7, posted_on=old)), day_errors.PostingDayOld)


def test_money_that_moved_is_posted_with_a_type_a_method_and_invoices_that_are_out_of_use():
    given = drafted(C.PAYMENT, 50, state="pending", intended_ids=(8,))
    types = dict(given.configuration.types)
    types[TYPES[C.PAYMENT]] = replace(types[TYPES[C.PAYMENT]], is_active=False, payment_method_ids=frozenset())
    given = replace(given, configuration=replace(given.configuration, types=types))
    assert decided(given, Post(draft_id=7, money_has_moved=True)).effects.drafts


def test_lines_of_a_draft_go_by_its_items():
    voucher = Rule(C.INVOICE, AccountRole.CUSTOMER, None, Component.NET, RECEIVABLE, 88, product_id=81)
    given = facts(
        draft(7, C.INVOICE, 100, net_minor=100),
        settings={"rules": RuleBook([*posting_rules(), voucher])},
        parts={7: [PostingPart(100, 0, 0, 100, product_id=81)]},
    )
    assert lines(decided(given, Post(draft_id=7)), 7) == {RECEIVABLE: (100, 100), 88: (-100, -100)}


def test_a_draft_without_items_has_its_amount_as_net_and_no_tax():
    assert lines(decided(drafted(C.PAYMENT, 50), Post(draft_id=7)), 7) == {RECEIVABLE: (-50, -50), BANK: (50, 50)}
    assert set(lines(decided(drafted(C.INVOICE, 50), Post(draft_id=7)), 7).values()) == {(50, 50), (-50, -50)}


def test_a_draft_that_there_is_none_of_is_not_found():
    assert isinstance(refused(facts(target(1, C.INVOICE, 5)), Post()), NotFound)


def test_a_draft_asks_for_the_permission_of_its_posting():
    decisions, asked = deciding(drafted(C.INVOICE, 5))
    decisions.decide(Post(draft_id=7))
    assert asked == ["transactions.post:invoice"]


# -- drafts as they are saved ----------------------------------------------------------------------------------------


def saved(given: PostingInputs, kind: C, amount: int | None = None, **said: Any):
    decisions, asked = deciding(given)
    new = NewTransaction(classification=kind, account_id=CUSTOMER, amount_minor=amount, **said)
    columns_, items, priced = draft_values(decisions, new)
    assert asked == [f"transactions.draft:{kind}"]
    assert not decisions.effects.rows, "nothing is posted"
    return columns_, items, priced


def not_saved(given: PostingInputs, kind: C, amount: int | None = None, **said: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        saved(given, kind, amount, **said)
    return refusal.value


def test_a_saved_draft_has_every_column_that_was_said():
    said = {**SAID, "payment_preference_id": 5, "issued_on": may(2), "received_on": may(3), "received_by": "Carla"}
    row, items, priced = saved(facts(known=KNOWN), C.PAYMENT, 5, **said)
    assert columns(row, *said) == said
    assert (row.account_id, row.type_id, row.currency, row.amount_minor) == (CUSTOMER, TYPES[C.PAYMENT], "eur", 5)
    assert (row.net_minor, row.discount_minor, row.tax_minor) == (None, None, None)
    assert (row.payment_method_id, row.refund_method_id) == (METHOD, None)
    assert (row.intended_ids, row.due_on, list(items), priced) == (None, None, [], [])


def test_a_saved_draft_of_a_document_has_its_amounts_and_its_items():
    given = facts(known={"tax_rate": {71: None}})
    item = replace(ITEM, discount_percent=Decimal(10), tax_percent=Decimal(19), tax_rate_id=71)
    row, items, priced = saved(given, C.CREDIT_NOTE, items=(item,), credit_reason_id=61, due_on=may(1))
    assert (row.amount_minor, row.net_minor, row.discount_minor, row.tax_minor) == (107, 100, 10, 17)
    assert (row.credit_reason_id, row.issued_on, row.received_by, row.due_on) == (61, TODAY, None, may(1))
    assert (list(items), [one.sub_total_minor for one in priced]) == ([item], [107])


def test_a_saved_payment_says_who_saved_it_where_nobody_received_it():
    assert saved(facts(), C.PAYMENT, 5)[0].received_by == "tester"
    assert saved(facts(balances={CUSTOMER: -5}), C.REFUND, 5)[0].received_by is None
    assert saved(facts(balances={CUSTOMER: -5}), C.REFUND, 5)[0].refund_method_id == METHOD


def test_a_draft_is_saved_for_invoices_that_it_can_be_meant_for():
    given = facts(target(8, C.INVOICE, 5))
    assert saved(given, C.PAYMENT, 5, intended_ids=(8,))[0].intended_ids == [8]
    assert isinstance(not_saved(facts(), C.PAYMENT, 5, intended_ids=(8,)), errors.IntendedInvoiceInvalid)


def test_a_draft_is_saved_with_a_due_date_that_the_rule_gives():
    assert saved(facts(), C.INVOICE, items=(ITEM,), due_on=may(30))[0].due_on == may(30)
    assert saved(facts(), C.INVOICE, items=(ITEM,))[0].due_on is None, "it is due from the day it is posted"
    assert not_saved(facts(), C.INVOICE, items=(ITEM,), due_on=may(29)).code == "due_date_invalid"
    late = TODAY.replace(day=1)
    assert saved(facts(), C.INVOICE, items=(ITEM,), posted_on=late, due_on=may(11))[0].due_on == may(11)


def test_a_code_of_a_draft_is_taken_for_the_rest_of_the_set():
    decisions, _ = deciding(facts())
    for code in (None, "A", None, ""):
        draft_values(
            decisions,
            NewTransaction(classification=C.PAYMENT, account_id=CUSTOMER, amount_minor=1, back_office_code=code),
        )
    assert decisions.standing.is_taken("payment", "A")
    assert not decisions.standing.is_taken("refund", "A")
    with pytest.raises(errors.BackOfficeCodeTaken):
        decisions.decide(post(C.PAYMENT, 1, back_office_code="A"))


def test_a_refusal_of_a_draft_speaks_of_a_draft():
    ended = facts(accounts={CUSTOMER: account(state="terminated")})
    assert "save a draft of a payment" in str(not_saved(ended, C.PAYMENT, 1))
    assert not_saved(facts(), C.PAYMENT, 1, note="4111 1111 1111 1111").param == "/note"
    different = not_saved(facts(), C.INVOICE, items=(ITEM,), expected_total_minor=99)
    assert isinstance(different, errors.TotalDiffers)
    assert isinstance(not_saved(facts(), C.PAYMENT, 1, payment_method_id=99), errors.MethodNotAllowed)


# -- what is done to posted ones -------------------------------------------------------------------------------------


def test_a_cancellation_keeps_what_was_said_and_the_amounts_of_what_it_cancels():
    invoice = target(1, C.INVOICE, 107, net_minor=100, discount_minor=10, tax_minor=17)
    types = dict(configuration().types)
    types[99] = replace(types[TYPES[C.INVOICE_CANCELLATION]], id=99, name="Second")
    given = facts(invoice, settings={"types": types})
    done = decided(given, Cancel(target_id=1, amount=ALL, type_id=99, **SAID))
    [row] = done.effects.new_rows()
    assert (row.net_minor, row.discount_minor, row.tax_minor, row.type_id) == (100, 10, 17, 99)
    assert columns(row) == SAID
    plain = decided(given, Cancel(target_id=1, amount=ALL)).effects.new_rows()[0]
    assert (columns(plain), plain.type_id) == (NOTHING_SAID, TYPES[C.INVOICE_CANCELLATION])


def moving(**changed: Any) -> PostingInputs:
    link = StoredLink(
        id=5, minor=50, principle=LinkPrinciple.FIFO, allocated_on=may(2), credit_base=50, debit_base=50,
        credit=(1, may(1), may(1), 0, 0), debit=(3, may(11), may(1), 0, 0),
    )  # fmt: skip
    return facts(target(1, C.PAYMENT, 50, **changed), links={CUSTOMER: [link]}, accounts=BOTH)


BOTH = {CUSTOMER: account(), OTHER: account(OTHER)}


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (Move(target_id=1, to_account_id=OTHER), ReleaseReason.PAYMENT_MOVED),
        (Cancel(target_id=1, amount=ALL), ReleaseReason.PAYMENT_CANCELLED),
    ],
)
def test_what_a_payment_settled_is_released_for_what_was_done(order: Order, reason: ReleaseReason):
    assert [one.release_reason for one in decided(moving(), order).effects.releases] == [reason]


def test_a_move_puts_what_was_said_of_the_payment_on_the_payment_alone():
    """Its cancellation is ours: it has the standard type, no category, no code, none of the payment's own words."""
    order = Move(target_id=1, to_account_id=OTHER, type_id=TYPES[C.PAYMENT], **SAID)
    cancellation, moved = decided(moving(metadata={"p": "q"}, category_id=41), order).effects.new_rows()
    assert columns(cancellation) == {**NOTHING_SAID, "issue_reason": "why"}
    assert cancellation.type_id == TYPES[C.PAYMENT_CANCELLATION]
    assert (moved.payment_method_id, moved.category_id, moved.metadata) == (METHOD, 41, {"p": "q"})
    assert (moved.net_minor, moved.base_minor, moved.due_on) == (None, 50, None)


def test_a_payment_of_a_type_that_is_out_of_use_is_moved_and_one_without_a_method_is_not():
    given = moving()
    types = dict(given.configuration.types)
    types[TYPES[C.PAYMENT]] = replace(types[TYPES[C.PAYMENT]], is_active=False)
    given = replace(given, configuration=replace(given.configuration, types=types))
    order = Move(target_id=1, to_account_id=OTHER)
    assert decided(given, order).effects.states
    assert isinstance(refused(moving(payment_method_id=None), order), errors.MethodMissing)


def test_a_move_goes_by_rules_of_net_discount_and_tax_as_well():
    """What a payment comes to is its net, with no discount and no tax."""
    accounts = {Component.NET: BANK, Component.DISCOUNT: 88, Component.TAX: 89}
    rules = [Rule(C.PAYMENT, AccountRole.CUSTOMER, None, one, debit, RECEIVABLE) for one, debit in accounts.items()]
    given = moving()
    given = replace(given, configuration=replace(given.configuration, rules=RuleBook(rules)))
    done = decided(given, Move(target_id=1, to_account_id=OTHER))
    assert lines(done, FIRST_ID + 1) == {BANK: (50, 50), RECEIVABLE: (-50, -50)}


def test_a_payment_whose_credit_is_leaving_is_not_moved():
    given = replace(
        moving(),
        going_out={CUSTOMER: 50},
        leaving={CUSTOMER: [Leaving(name="its own", pays_back_id=1)]},
    )
    assert isinstance(refused(given, Move(target_id=1, to_account_id=OTHER)), going_out_errors.CreditBeingRefunded)


def writing_off(*taxed: Taxed, **settings: Any) -> PostingInputs:
    return facts(
        target(1, C.INVOICE, 119),
        open_items={CUSTOMER: [open_debit(1, 119)]},
        taxed={1: taxed or (Taxed(61, Decimal(19), 19, 119),)},
        settings=settings,
    )


def test_a_write_off_and_its_mirror_have_all_their_columns():
    done = decided(writing_off(), WriteOff(target_id=1, amount=ALL, mirror_account_id=WRITE_OFF, **SAID))
    row, mirror = done.effects.new_rows()
    assert columns(row) == SAID
    for one in (row, mirror):
        assert (one.net_minor, one.discount_minor, one.tax_minor) == (100, 0, 19)
    assert (columns(mirror), mirror.due_on, row.due_on) == (NOTHING_SAID, TODAY, None)
    found = [
        (one.transaction_id, one.product_id, one.description, one.tax_rate_id, one.tax_percent, one.sub_total_minor)
        for one in done.effects.items
    ]
    assert found == [(each.id, 51, "Write-off", 61, "19", 119) for each in (row, mirror)]
    order = WriteOff(target_id=1, amount=ALL, mirror_account_id=WRITE_OFF)
    assert columns(decided(writing_off(), order).effects.new_rows()[0]) == NOTHING_SAID


def test_a_write_off_is_checked_as_other_orders_are():
    order = WriteOff(target_id=1, amount=ALL, mirror_account_id=WRITE_OFF, category_id=42)
    assert isinstance(refused(writing_off(), order), errors.CategoryNotAllowed)
    taken = replace(writing_off(), codes=frozenset({("write_off", "A-1")}))
    coded = replace(order, category_id=None, back_office_code="A-1")
    assert isinstance(refused(taken, coded), errors.BackOfficeCodeTaken)
    settled = facts(target(1, C.INVOICE, 119))
    assert "Cannot write it off: invoice N-1" in str(refused(settled, replace(order, category_id=None)))


def test_a_write_off_goes_by_the_rules_of_its_product():
    rules = [
        *posting_rules(),
        Rule(C.WRITE_OFF, AccountRole.CUSTOMER, None, Component.NET, 88, RECEIVABLE, product_id=51),
    ]
    done = decided(writing_off(rules=RuleBook(rules)), WriteOff(target_id=1, amount=ALL, mirror_account_id=WRITE_OFF))
    assert lines(done, FIRST_ID)[88] == (100, 100)


def test_each_deed_asks_for_a_permission_of_its_own_before_anything_is_noted():
    for order, permission in (
        (WriteOff(target_id=1, amount=ALL, mirror_account_id=WRITE_OFF), "transactions.write_off"),
        (QuickPay(target_id=1, amount=ALL), "transactions.post:payment"),
    ):
        decisions, asked = deciding(writing_off())
        decisions.decide(order)
        assert asked[0] == permission

    settled = facts(target(1, C.INVOICE, 119))
    decisions, asked = deciding(settled)
    with pytest.raises(errors.AlreadySettled, match="Cannot pay it: invoice N-1"):
        decisions.decide(QuickPay(target_id=1, amount=ALL))
    assert asked == ["transactions.post:payment"], "who may not pay is not told what is open"
