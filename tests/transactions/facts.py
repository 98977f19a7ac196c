"""Facts by hand, as deciding is given them: a company with one rule book, a customer, a write-off account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from subledger.accounts.rules import CreditRule, CreditRuleKind
from subledger.kernel.errors import DomainError
from subledger.kernel.number_series import Numbering, SeriesFormat
from subledger.transactions.rules.configuration import Configuration
from subledger.transactions.rules.credits import CreditedItem
from subledger.transactions.rules.decisions import Decisions
from subledger.transactions.rules.documents import (
    AccountFacts,
    MethodFacts,
    NewTransaction,
    ReasonFacts,
    TypeFacts,
    WriteOffProduct,
)
from subledger.transactions.rules.facts import PostingInputs, Target
from subledger.transactions.rules.items import ItemRef, TaxRounding
from subledger.transactions.rules.orders import Order, Post
from subledger.transactions.rules.posting import AccountRole, Component, Rule, RuleBook
from subledger.transactions.rules.revenue import NoRevenue
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

TODAY = date(2026, 5, 20)
CUSTOMER, OTHER, WRITE_OFF = 101, 102, 103
# ledger accounts
RECEIVABLE, BANK, REVENUE, TAX, DISCOUNTS, LOSSES, MIRROR, GAIN, LOSS = range(1, 10)
TYPES = {classification: number for number, classification in enumerate(C, 11)}
METHOD = 31
FIRST_ID = 1001


def may(day: int) -> date:
    return date(2026, 5, day)


def posting_rules() -> list[Rule]:
    net, discount, tax, total = Component.NET, Component.DISCOUNT, Component.TAX, Component.TOTAL
    customer, written_off = AccountRole.CUSTOMER, AccountRole.WRITE_OFF
    return [
        Rule(C.INVOICE, customer, None, net, RECEIVABLE, REVENUE),
        Rule(C.INVOICE, customer, None, discount, DISCOUNTS, RECEIVABLE),
        Rule(C.INVOICE, customer, None, tax, RECEIVABLE, TAX),
        Rule(C.CREDIT_NOTE, customer, None, net, REVENUE, RECEIVABLE),
        Rule(C.CREDIT_NOTE, customer, None, discount, RECEIVABLE, DISCOUNTS),
        Rule(C.CREDIT_NOTE, customer, None, tax, TAX, RECEIVABLE),
        Rule(C.PAYMENT, customer, None, total, None, RECEIVABLE),
        Rule(C.REFUND, customer, None, total, RECEIVABLE, None),
        Rule(C.WRITE_OFF, customer, None, net, LOSSES, RECEIVABLE),
        Rule(C.WRITE_OFF, customer, None, tax, TAX, RECEIVABLE),
        Rule(C.INVOICE, written_off, None, total, MIRROR, LOSSES),
    ]


NUMBERED = {kind: f"{kind.value[:3].upper()}#" for kind in C}
NUMBERINGS = {
    series: Numbering(SeriesFormat.plain(text.rstrip("#"), 8))
    for series, text in {**NUMBERED, "mirror_invoice": "MIR#"}.items()
}


def configuration(**changed: Any) -> Configuration:
    methods = {METHOD: MethodFacts("Bank", BANK, True)}
    types = {
        number: TypeFacts(
            id=number,
            classification=kind,
            name=kind.value,
            payment_method_ids=frozenset(methods),
            refund_method_ids=frozenset(methods),
            default_payment_method_id=METHOD,
            default_refund_method_id=METHOD,
            category_ids=frozenset({41}),
        )
        for kind, number in TYPES.items()
    }
    values: dict[str, Any] = {
        "version": 1,
        "company_id": 1,
        "base_currency": "eur",
        "time_zone": "Europe/Berlin",
        "principle": "fifo",
        "no_revenue": NoRevenue(),
        "product_groups": {},
        "credit_rule": CreditRule(CreditRuleKind.DAYS, days=10),
        "types": types,
        "default_types": dict(TYPES),
        "payment_methods": methods,
        "refund_methods": methods,
        "credit_reasons": {61: ReasonFacts("Duplicate", True), 62: ReasonFacts("Old", False)},
        "rules": RuleBook(posting_rules()),
        "write_off_product": WriteOffProduct(51, "Write-off"),
        "refund_needs_credit_balance": True,
        "tax_rounding": TaxRounding.ITEM,
        "control_accounts": {"customer": RECEIVABLE, "write_off": MIRROR},
        "numberings": NUMBERINGS,
        "exchange_gain_id": GAIN,
        "exchange_loss_id": LOSS,
    }
    return Configuration(**{**values, **changed})


def account(ident: int = CUSTOMER, **changed: Any) -> AccountFacts:
    values: dict[str, Any] = {
        "id": ident,
        "role": "write_off" if ident == WRITE_OFF else "customer",
        "state": "active",
        "currency": "eur",
        "number": f"A-{ident}",
        "credit_limit_minor": None,
        "credit_period_value": None,
        "credit_period_operator": None,
        "credit_period_unit": None,
    }
    return AccountFacts(**{**values, **changed})


def facts(*targets: Target, settings: Mapping[str, Any] | None = None, **changed: Any) -> PostingInputs:
    values: dict[str, Any] = {
        "company_id": 1,
        "configuration": configuration(**settings or {}),
        "today": TODAY,
        "closed_through": None,
        "accounts": {ident: account(ident) for ident in (CUSTOMER, OTHER, WRITE_OFF)},
        "ids": tuple(range(FIRST_ID, FIRST_ID + 20)),
        "targets": {one.id: one for one in targets},
        "balances": {CUSTOMER: 0, OTHER: 0},
    }
    return PostingInputs(**{**values, **changed})


def target(ident: int, kind: C, amount: int, **changed: Any) -> Target:
    values: dict[str, Any] = {
        "id": ident,
        "account_id": CUSTOMER,
        "classification": kind,
        "type_id": TYPES[kind],
        "category_id": None,
        "state": TransactionState.POSTED,
        "number": f"N-{ident}",
        "currency": "eur",
        "amount_minor": amount,
        "net_minor": None,
        "discount_minor": None,
        "tax_minor": None,
        "base_minor": amount,
        "issued_on": may(1),
        "posted_on": may(1),
        "due_on": may(11) if kind is C.INVOICE else None,
        "payment_method_id": METHOD if kind is C.PAYMENT else None,
        "refund_method_id": METHOD if kind is C.REFUND else None,
        "received_on": None,
        "received_by": None,
        "intended_ids": (),
        "metadata": {},
        "mirrors_id": None,
    }
    return Target(**{**values, **changed})


def credited_item(ref: ItemRef, **changed: Any) -> CreditedItem:
    """An item of a posted invoice of the customer, over 1.00 without tax."""
    values: dict[str, Any] = {
        "ref": ref,
        "account_id": CUSTOMER,
        "classification": C.INVOICE,
        "state": TransactionState.POSTED,
        "type_id": TYPES[C.INVOICE],
        "number": "INV-9",
        "currency": "eur",
        "product_id": None,
        "description": "Hosting",
        "quantity": Decimal(1),
        "net_minor": 100,
        "discount_minor": 0,
        "tax_rate_id": None,
        "tax_percent": Decimal(0),
        "tax_minor": 0,
        "service_start": None,
        "service_end": None,
    }
    return CreditedItem(**{**values, **changed})


def draft(ident: int, kind: C, amount: int, **changed: Any) -> Target:
    unposted = {"state": TransactionState.DRAFT, "number": None, "posted_on": None, "base_minor": None, "due_on": None}
    return target(ident, kind, amount, **{**unposted, **changed})


def deciding(given: PostingInputs) -> tuple[Decisions, list[str]]:
    """Deciding on these facts, and the permissions that it will have asked for."""
    asked: list[str] = []
    return Decisions(given, actor="tester", demand=asked.append), asked


def decided(given: PostingInputs, *orders: Order) -> Decisions:
    decisions, _ = deciding(given)
    for order in orders:
        decisions.decide(order)
    decisions.effects.close(range(9001, 9021))
    return decisions


def refused(given: PostingInputs, *orders: Order) -> DomainError:
    """By what the last order is refused."""
    decisions, _ = deciding(given)
    for order in orders[:-1]:
        decisions.decide(order)
    noted = len(decisions.effects.rows)
    with pytest.raises(DomainError) as found:
        decisions.decide(orders[-1])
    assert len(decisions.effects.rows) == noted, "what is refused leaves nothing"
    return found.value


def post(kind: C, amount: int | None = None, **said) -> Post:
    confirmed = {name: said.pop(name) for name in ("money_has_moved",) if name in said}
    return Post(new=NewTransaction(classification=kind, account_id=CUSTOMER, amount_minor=amount, **said), **confirmed)


def lines(decisions: Decisions, entry: int) -> dict[int, tuple[int, int]]:
    """Ledger account → (debit less credit, the same in base currency)."""
    return {
        one.ledger_account_id: (one.debit_minor - one.credit_minor, one.base_debit_minor - one.base_credit_minor)
        for one in decisions.effects.lines
        if one.entry_id == entry
    }


def made(decisions: Decisions) -> list[tuple[int, int, int]]:
    return [(one.credit_id, one.debit_id, one.minor) for one in decisions.effects.allocations]


def open_debit(ident: int, minor: int, due: int = 11, *, base: int | None = None) -> tuple[bool, tuple]:
    return True, (ident, may(due), may(1), minor, minor if base is None else base)
