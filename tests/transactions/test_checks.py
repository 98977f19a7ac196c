"""The questions that deciding asks of the facts, each at the bound of what it lets pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.transactions.facts import (
    BANK,
    CUSTOMER,
    METHOD,
    OTHER,
    TODAY,
    TYPES,
    account,
    configuration,
    decided,
    facts,
    may,
    open_debit,
    post,
    refused,
    target,
)

from subledger.accounts.errors import AccountSuspended, AccountTerminated, DueDateInvalid, NotInUse
from subledger.accounts.rules import CreditRule, CreditRuleKind, Operator
from subledger.kernel.errors import DomainError, NotFound
from subledger.transactions import day_errors, errors
from subledger.transactions.rules.checks import Checks
from subledger.transactions.rules.credits import NoteAsAWhole
from subledger.transactions.rules.documents import MethodFacts, NewTransaction, TypeFacts
from subledger.transactions.rules.facts import PostingInputs, Standing
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post, QuickPay
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

ITEM = NewItem(unit_amount=Decimal(100), description="Hosting")
OLD = TODAY - timedelta(days=400)  # the oldest day that is not asked for
IN_USE, OUT_OF_USE = ({METHOD: MethodFacts("Bank", BANK, is_active)} for is_active in (True, False))
NONE_ALLOWED: dict[str, Any] = {"payment_method_ids": frozenset()}


def checks(given: PostingInputs | None = None) -> Checks:
    return Checks(Standing(given or facts()))


def passes(given: PostingInputs, order: Post) -> bool:
    return bool(decided(given, order).effects.rows)


def retyped(kind: C, **changed: Any) -> dict[int, TypeFacts]:
    """The types of the company, that of ``kind`` changed."""
    types = dict(configuration().types)
    types[TYPES[kind]] = replace(types[TYPES[kind]], **changed)
    return types


# -- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["issued_on", "due_on", "received_on"])
def test_every_day_of_a_document_is_one_that_people_mean(name: str):
    error = refused(facts(), post(C.PAYMENT, 1, **{name: date(1899, 12, 31)}))
    assert (error.code, error.param) == ("day_invalid", f"/{name}")


@pytest.mark.parametrize(
    ("day", "said", "error"),
    [
        (TODAY, {}, None),
        (TODAY + timedelta(days=1), {}, day_errors.ReceivingDayInvalid),
        (TODAY + timedelta(days=1), {"money_has_moved": True}, None),
        (OLD, {}, None),
        (OLD - timedelta(days=1), {}, day_errors.ReceivingDayOld),
        (OLD - timedelta(days=1), {"confirm_posted_on": True}, None),
        (OLD - timedelta(days=1), {"money_has_moved": True}, None),
    ],
)
def test_money_is_received_by_today_and_not_long_ago(day: date, said: dict[str, bool], error: type | None):
    order = post(C.PAYMENT, 1, received_on=day, **said)
    assert passes(facts(), order) if error is None else isinstance(refused(facts(), order), error)


def test_a_posting_day_of_400_days_ago_is_the_oldest_that_is_not_asked_for():
    assert passes(facts(), post(C.PAYMENT, 1, posted_on=OLD))
    assert isinstance(refused(facts(), post(C.PAYMENT, 1, posted_on=OLD - timedelta(days=1))), day_errors.PostingDayOld)


@pytest.mark.parametrize(
    ("due", "said", "error"),
    [
        (TODAY + timedelta(days=3653), {"accept_due_date": True}, None),
        (TODAY + timedelta(days=3654), {"accept_due_date": True}, day_errors.DueDateDistant),
        (TODAY + timedelta(days=3654), {"accept_due_date": True, "confirm_due_on": True}, None),
        (TODAY, {"accept_due_date": True}, None),
        (TODAY - timedelta(days=1), {"accept_due_date": True}, DueDateInvalid),
        (may(30), {}, None),
        (may(29), {}, DueDateInvalid),
    ],
)
def test_a_due_date_is_the_rules_or_accepted_and_never_before_the_posting(due: date, said, error):
    order = post(C.INVOICE, items=(ITEM,), due_on=due, **said)
    if error:
        assert isinstance(refused(facts(), order), error)
    else:
        assert decided(facts(), order).effects.new_rows()[0].due_on == due


def test_the_due_date_is_that_of_the_accounts_own_period_and_of_invoices_alone():
    rule = CreditRule(CreditRuleKind.DAYS, days=10, proximity_days=5, proximity_operator=Operator.PLUS_MINUS)
    own = account(credit_period_value=2, credit_period_operator="plus", credit_period_unit="days")
    given = facts(accounts={CUSTOMER: own}, settings={"credit_rule": rule})
    [row] = decided(given, post(C.INVOICE, items=(ITEM,))).effects.new_rows()
    assert row.due_on == may(30) + timedelta(days=2)
    [note] = decided(given, post(C.CREDIT_NOTE, items=(ITEM,), due_on=may(1))).effects.new_rows()
    assert note.due_on is None


# -- accounts, types, methods ----------------------------------------------------------------------------------------


def test_an_account_is_there_and_keeps_the_currency_that_is_said():
    assert isinstance(refused(facts(accounts={}), post(C.PAYMENT, 1)), NotFound)
    assert isinstance(refused(facts(), post(C.PAYMENT, 1, currency="usd")), errors.CurrencyMismatch)
    assert passes(facts(), post(C.PAYMENT, 1, currency="eur"))


@pytest.mark.parametrize(
    ("state", "doing", "says"),
    [
        ("terminated", "", "post an invoice"),
        ("terminated", "move the payment", "move the payment"),
        ("suspended", "", "post an invoice"),
        ("suspended", "post the draft", "post the draft"),
    ],
)
def test_a_refusal_of_an_account_says_what_was_to_be_done(state: str, doing: str, says: str):
    asked = checks(facts(accounts={CUSTOMER: account(state=state)}))
    asked.doing = doing
    with pytest.raises(AccountTerminated if state == "terminated" else AccountSuspended, match=says):
        asked.account(CUSTOMER, C.INVOICE)


@pytest.mark.parametrize(
    ("ident", "settings", "error", "says"),
    [
        (None, {"default_types": {}}, errors.TypeInvalid, "no default type of credit note"),
        (99, {}, errors.TypeInvalid, "no such type in this company"),
        (TYPES[C.REFUND], {}, errors.TypeInvalid, "classification refund, not credit note"),
        (None, {"types": retyped(C.CREDIT_NOTE, is_active=False)}, NotInUse, "credit_note"),
    ],
)
def test_a_type_is_of_the_classification_and_in_use(ident, settings: Mapping[str, Any], error, says: str):
    with pytest.raises(error, match=says):
        checks(facts(settings=settings)).type(ident, C.CREDIT_NOTE)


def test_what_is_posted_keeps_a_type_that_is_out_of_use():
    asked = checks(facts(settings={"types": retyped(C.PAYMENT, is_active=False)}))
    assert asked.type(None, C.PAYMENT, kept=True).id == TYPES[C.PAYMENT]
    assert checks().type(TYPES[C.REFUND], C.REFUND).id == TYPES[C.REFUND]


@pytest.mark.parametrize(
    ("kind", "type_says", "methods", "said", "error"),
    [
        (C.PAYMENT, {}, IN_USE, {}, None),
        (C.PAYMENT, {"default_payment_method_id": None}, {}, {}, errors.MethodMissing),
        (C.REFUND, {"default_refund_method_id": None}, {}, {}, errors.MethodMissing),
        (C.PAYMENT, NONE_ALLOWED, IN_USE, {}, errors.MethodNotAllowed),
        (C.PAYMENT, NONE_ALLOWED, IN_USE, {"money_has_moved": True}, None),
        (C.PAYMENT, NONE_ALLOWED, {}, {"money_has_moved": True}, errors.MethodNotAllowed),
        (C.PAYMENT, {}, OUT_OF_USE, {}, NotInUse),
        (C.PAYMENT, {}, OUT_OF_USE, {"money_has_moved": True}, None),
        (C.REFUND, {}, OUT_OF_USE, {}, NotInUse),
    ],
)  # fmt: skip
def test_a_method_is_one_of_the_types_and_in_use_unless_the_money_has_moved(kind: C, type_says, methods, said, error):
    name = "payment_methods" if kind is C.PAYMENT else "refund_methods"
    given = facts(settings={"types": retyped(kind, **type_says), name: methods})
    asked, new = checks(given), NewTransaction(classification=kind, account_id=CUSTOMER, amount_minor=1)
    type_facts = given.configuration.types[TYPES[kind]]
    if error is None:
        assert asked.method(new, type_facts, **said) == (BANK, METHOD, None)
    else:
        with pytest.raises(error):
            asked.method(new, type_facts, **said)


def test_each_kind_has_methods_of_its_own_and_documents_have_none():
    given = facts(
        settings={
            "payment_methods": {1: MethodFacts("In", 51, True), 2: MethodFacts("Cash", 52, True)},
            "refund_methods": {3: MethodFacts("Out", 53, True)},
        }
    )
    kind = replace(
        given.configuration.types[TYPES[C.PAYMENT]],
        payment_method_ids=frozenset({1, 2}), refund_method_ids=frozenset({3}), default_payment_method_id=1,
        default_refund_method_id=3,
    )  # fmt: skip
    asked = checks(given)

    def chosen(classification: C, **said: Any) -> tuple[int | None, ...]:
        return tuple(asked.method(NewTransaction(classification=classification, account_id=CUSTOMER, **said), kind))

    assert chosen(C.PAYMENT) == (51, 1, None)
    assert chosen(C.PAYMENT, payment_method_id=2, refund_method_id=3) == (52, 2, None)
    assert chosen(C.REFUND, payment_method_id=2) == (53, None, 3)
    assert chosen(C.INVOICE) == (None, None, None)


# -- what is named ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"payment_preference_id": 1}, "/payment_preference"),
        ({"items": (ITEM, replace(ITEM, product_id=1))}, "/items/1/product"),
        ({"items": (ITEM, replace(ITEM, tax_rate_id=1))}, "/items/1/tax_rate"),
        ({"credit_reason_id": 1}, "/reason"),
    ],
)
def test_what_is_named_is_the_companys(said: dict[str, Any], param: str):
    known: dict[str, dict[int, str | None]] = {"payment_preference": {}, "product": {}, "tax_rate": {}}
    error = refused(facts(known=known), post(C.CREDIT_NOTE, **{"items": (ITEM,), **said}))
    assert (type(error), error.param) == (NotFound, param)


@pytest.mark.parametrize(
    "said",
    [
        {"payment_preference_id": 1},
        {"items": (replace(ITEM, product_id=1),)},
        {"items": (replace(ITEM, tax_rate_id=1),)},
        {"credit_reason_id": 62},
    ],
)
def test_what_is_named_is_in_use(said: dict[str, Any]):
    named = {1: "Old"}
    known = {"payment_preference": named, "product": named, "tax_rate": named}
    error = refused(facts(known=known), post(C.CREDIT_NOTE, **{"items": (ITEM,), **said}))
    assert isinstance(error, NotInUse)
    assert "Old" in str(error)


def test_a_category_and_a_code_are_free_to_be_used():
    assert isinstance(refused(facts(), post(C.PAYMENT, 1, category_id=42)), errors.CategoryNotAllowed)
    assert passes(facts(), post(C.PAYMENT, 1, category_id=41))
    taken = facts(codes=frozenset({("payment", "A")}), balances={CUSTOMER: -1})
    assert isinstance(refused(taken, post(C.PAYMENT, 1, back_office_code="A")), errors.BackOfficeCodeTaken)
    assert passes(taken, post(C.REFUND, 1, back_office_code="A"))
    again = [post(C.PAYMENT, 1, back_office_code="B")] * 2
    assert isinstance(refused(facts(), *again), errors.BackOfficeCodeTaken)
    paid = facts(
        target(1, C.INVOICE, 5),
        open_items={CUSTOMER: [open_debit(1, 5)]},
        codes=frozenset({("payment_cancellation", "A")}),
    )
    cancels = Cancel(target_id=2, amount=ALL, back_office_code="A")
    with_payment = replace(paid, targets={**paid.targets, 2: target(2, C.PAYMENT, 5)})
    assert isinstance(refused(with_payment, cancels), errors.BackOfficeCodeTaken)
    cancels.back_office_code, cancels.category_id = None, 42
    assert isinstance(refused(with_payment, cancels), errors.CategoryNotAllowed)


def test_documents_have_items():
    for kind in (C.INVOICE, C.CREDIT_NOTE):
        assert isinstance(refused(facts(), post(kind)), errors.ItemsMissing)


def test_items_say_what_they_are_for_and_when():
    error = refused(facts(), post(C.INVOICE, items=(ITEM, replace(ITEM, description=""))))
    assert error.param == "/items/1/description"
    error = refused(facts(), post(C.INVOICE, items=(ITEM, replace(ITEM, service_start=may(1)))))
    assert error.param == "/items/1/service_end"


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"back_office_code": CARD}, "/back_office_code"),
        ({"issue_reason": CARD}, "/issue_reason"),
        ({"received_by": CARD}, "/received_by"),
        ({"metadata": {"k": CARD}}, "/metadata"),
        ({"note": CARD}, "/note"),
        ({"items": (ITEM, replace(ITEM, description=CARD))}, "/items/1/description"),
        ({"items": (ITEM, replace(ITEM, metadata={"k": CARD}))}, "/items/1/metadata"),
    ],
)
def test_no_text_keeps_the_number_of_a_card(said: dict[str, Any], param: str):
    with pytest.raises(DomainError) as refusal:
        checks().texts(NewTransaction(classification=C.INVOICE, account_id=CUSTOMER, **said))
    assert refusal.value.param is not None
    assert refusal.value.param.startswith(param)
    checks().texts(Cancel(target_id=1, amount=ALL, note="seen"))


# -- what orders are about -------------------------------------------------------------------------------------------


def test_what_is_named_is_there_and_as_it_stands():
    for order in (Cancel(target_id=1, amount=ALL), Move(target_id=1, to_account_id=OTHER)):
        assert isinstance(refused(facts(), order), NotFound)
    mirror = facts(target(1, C.INVOICE, 5, mirrors_id=2))
    assert isinstance(refused(mirror, Cancel(target_id=1, amount=ALL)), DomainError)


def test_less_or_more_than_all_is_refused():
    asked, invoice = checks(), target(1, C.INVOICE, 5_00)
    asked.whole(ALL, invoice, 5_00, action="quick_pay")
    asked.whole(5_00, invoice, 5_00, action="quick_pay")
    for amount in (4_99, 5_01):
        with pytest.raises(errors.AmountNotWhole):
            asked.whole(amount, invoice, 5_00, action="quick_pay")
    with pytest.raises(DomainError):
        asked.whole(0, invoice, 0, action="quick_pay")


def test_an_invoice_that_was_credited_by_item_is_not_cancelled():
    given = facts(target(1, C.INVOICE, 5), credit_notes={1: ["CRN-1"]})
    assert isinstance(refused(given, Cancel(target_id=1, amount=ALL)), errors.InvoiceCredited)
    assert decided(facts(target(1, C.INVOICE, 5)), Cancel(target_id=1, amount=ALL)).effects.states


@pytest.mark.parametrize(
    ("credited", "instead"),
    [(4, "left of it, 0.01 EUR, instead"), (5, "nothing more needs doing"), (6, "nothing more")],
)
def test_an_invoice_that_was_credited_as_a_whole_is_cancelled_when_that_is_confirmed(credited: int, instead: str):
    notes = {1: [NoteAsAWhole(number="CRN-1", credited_minor=credited)]}
    given = facts(target(1, C.INVOICE, 5), notes_as_a_whole=notes, balances={CUSTOMER: 7})
    question = refused(given, post(C.PAYMENT, 3), Cancel(target_id=1, amount=ALL))
    assert isinstance(question, errors.InvoiceCreditedTwice)
    assert f"by CRN-1 (0.0{credited} EUR of it)" in str(question)
    assert "would be -0.01 EUR" in str(question)
    assert instead in str(question)
    assert decided(given, Cancel(target_id=1, amount=ALL, confirm_credited=True)).effects.states


def test_an_action_is_no_earlier_than_what_it_is_about_and_its_day_no_older_than_is_confirmed():
    invoice = target(1, C.INVOICE, 5, posted_on=OLD - timedelta(days=1))
    given = facts(invoice, open_items={CUSTOMER: [open_debit(1, 5)]})
    early = OLD - timedelta(days=2)
    old = {"target_id": 1, "amount": ALL, "confirm_posted_on": True}
    assert decided(given, Cancel(posted_on=OLD - timedelta(days=1), **old)).effects.states
    assert isinstance(refused(given, Cancel(posted_on=early, **old)), errors.EarlierThanTarget)
    old["confirm_posted_on"] = False
    assert isinstance(refused(given, Cancel(posted_on=OLD - timedelta(days=1), **old)), day_errors.PostingDayOld)


def test_what_is_intended_is_there():
    assert isinstance(refused(facts(), post(C.PAYMENT, 1, intended_ids=(8,))), errors.IntendedInvoiceInvalid)
    assert passes(facts(), post(C.PAYMENT, 1, intended_ids=(8,), money_has_moved=True))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, [1]),
        ({"classification": C.REFUND}, [1]),
        ({"account_id": OTHER}, []),
        ({"state": TransactionState.CANCELLED}, []),
    ],
)
def test_of_money_that_has_moved_only_what_can_still_be_meant_is_intended(changed: dict[str, Any], found: list[int]):
    given = facts(target(1, C.INVOICE, 5, **changed), settings={"principle": "against_item_fifo"})
    intended = checks(given).intended([1], account(), money_has_moved=True)
    assert [one.id for one in intended] == found
    plain = checks(facts(target(1, C.INVOICE, 5)))
    assert plain.intended([1], account()) == ()
    assert [one.id for one in plain.intended([1], account(), against_item=True)] == [1]


def test_a_quick_payment_is_of_an_invoice_that_is_open():
    given = facts(target(1, C.INVOICE, 60_00))
    assert isinstance(refused(given, QuickPay(target_id=1, amount=ALL)), errors.AlreadySettled)
