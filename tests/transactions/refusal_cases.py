"""Every refusal of the core, with the shortest way to meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.test import override_settings
from tests.factories import Ledger, day

from subledger.accounts.contacts import add_contacts
from subledger.accounts.models import AccountClassification, AccountDefinition, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.rules import CreditPeriod, CreditRule, CreditRuleKind, Operator
from subledger.accounts.services import change_account_state, create_customers, open_accounts, update_account
from subledger.catalog.services import create_products, create_tax_rate
from subledger.companies.callers import member_caller
from subledger.companies.entries import save_entry
from subledger.companies.models import Membership, Role
from subledger.companies.services import (
    add_member,
    create_api_key,
    create_company,
    create_user,
    remove_member,
)
from subledger.journal.services import NewRate, close_period, create_ledger_account, enter_rates
from subledger.platform import clock
from subledger.platform.callers import calling
from subledger.platform.encryption import seal, unseal
from subledger.platform.idempotency import answer_once
from subledger.platform.installation import keep_secret_key
from subledger.platform.models import StoredAnswer
from subledger.platform.scope import current_company_id
from subledger.transactions.models import Category, PaymentMethod, PostingRule, Transaction, TransactionType
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.services.drafts import change_gateway_state, reject_drafts, save_drafts, update_draft
from subledger.transactions.services.posting import execute
from subledger.transactions.states import Classification as C

ROOMS = ("kernel", "platform", "companies", "accounts", "catalog", "journal", "transactions")
GHOST = Posted(1, "", "", 0, 0)
# Met where two people act at once (tests/concurrency/test_posting_races.py, tests/pages/test_edited_twice.py), where
# texts are read (tests/kernel), where many are chosen (test_bulk.py), and where a gateway keeps what is entered
# (tests/doors).
ELSEWHERE = {
    "AccountAmbiguous",
    "BulkDiffers",
    "BulkInvalid",
    "ChangedMeanwhile",
    "ConcurrentChange",
    "ConsequenceRefused",
    "DatabaseAway",
    "DiskFull",
    "DryRunStaysInside",
    "LanguageUnknown",
    "MonthEndUnseen",
    "NumberInvalid",
    "NumbersCollide",
    "PrintsInvalid",
    "PrintsNotReady",
    "RegisteredAtGateway",
    "SeriesInvalid",
    "ViewInvalid",
    "ReopeningUnseen",
    "RevenueMixed",
    "RevenueRefused",
}
ABSTRACT = {"Invalid", "ConfirmationNeeded", "OutcomeUnseen"}


class Refusal(NamedTuple):
    name: str  # of the class
    code: str
    says: str  # what was refused, the fact, what next
    act: Callable[[Ledger, SimpleNamespace], Any]
    prepare: Callable[[Ledger], Any] = lambda ledger: SimpleNamespace()


def _type(values: dict[str, Any], classification: C = C.PAYMENT) -> int:
    methods = {"payment_methods": [PaymentMethod.objects.get(code="cash")]} if classification is C.PAYMENT else {}
    entry = {"code": "own", "name": "Own", "classification": classification, **methods, **values}
    return save_entry(model=TransactionType, ident=None, values=entry, actor="test").pk


def _open(ledger: Ledger, **fields: Any) -> Any:
    return open_accounts(new=[{"customer": ledger.account.customer, **fields}], actor="test")


def _contact(ledger: Ledger, **fields: Any) -> Any:
    new: Any = {"customer": ledger.account.customer, "name": "Eva", **fields}
    return add_contacts(new=[new], actor="test")


def _credited(ledger: Ledger) -> Posted:
    invoice = ledger.invoice(10)
    ledger.credit_note(items=(NewItem(credits=ItemRef(invoice.id, 1)),))
    return invoice


def _credited_as_a_whole(ledger: Ledger) -> Posted:
    invoice = ledger.invoice(10)
    ledger.credit_note(4, to=[invoice])
    return invoice


def _settled(ledger: Ledger) -> Posted:
    inv = ledger.invoice(10)
    ledger.payment(10)
    return inv


def _suspended(ledger: Ledger):
    return change_account_state(account_id=ledger.account.pk, action="suspend", actor="test")


def _terminated(ledger: Ledger):
    return change_account_state(account_id=ledger.account.pk, action="terminate", actor="test")


def _other_account_invoice(ledger: Ledger) -> Posted:
    return ledger.invoice(10, account=ledger.open("Bob"))


def _without_rules(ledger: Ledger) -> None:
    PostingRule.objects.filter(classification="payment", role="customer").delete()


def _without_the_tax_rule(ledger: Ledger) -> None:
    PostingRule.objects.filter(classification="invoice", role="customer", component="tax").delete()


def _without_definition(ledger: Ledger) -> None:
    AccountDefinition.objects.update(is_active=False)


def _limited(ledger: Ledger):
    account = ledger.open("Lim", credit_limit_minor=0)
    ledger.payment(10, account=account)
    return account


def _being_refunded(ledger: Ledger) -> Posted:
    payment = ledger.payment(10)
    [draft] = save_drafts(new=[ledger.new(C.REFUND, 10)], actor="t")
    change_gateway_state(facts={draft.pk: {}}, action="submit", actor="t")
    return payment


def _paid_out(ledger: Ledger) -> Posted:
    payment = ledger.payment(10)
    ledger.refund(10)
    return payment


def _unused_classification(ledger: Ledger) -> AccountClassification:
    row = AccountClassification.objects.get(code="business")
    return save_entry(model=AccountClassification, ident=row.pk, values={"is_active": False}, actor="test")


def _way(ledger: Ledger, details: dict[str, str]) -> object:
    preference = PaymentPreference.objects.get(code="direct_debit")
    return set_payment_preference(
        account_id=ledger.account.pk, preference=preference, details=details, is_default=False, actor="test"
    )


def _administrator(ledger: Ledger) -> SimpleNamespace:
    ana = create_user(username="ana", password="-")
    return SimpleNamespace(ana=add_member(user=ana, role="administrator", actor="test"))


def _draft(ledger: Ledger) -> Transaction:
    return save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="test")[0]


def _in_flight(ledger: Ledger, facts: Any) -> Any:
    return answer_once(key="k", fingerprint="f", produce=lambda: (200, "", ""))


def _claimed(ledger: Ledger) -> None:
    StoredAnswer.objects.create(company_id=current_company_id(), key="k", fingerprint="f", created_at=clock.now())


def _reused(ledger: Ledger, facts: Any) -> Any:
    answer_once(key="k", fingerprint="f", produce=lambda: (200, "{}", "application/json"))
    return answer_once(key="k", fingerprint="g", produce=lambda: (200, "{}", "application/json"))


def _sealed_elsewhere(ledger: Ledger) -> SimpleNamespace:
    with override_settings(SECRET_KEY="of another installation"):
        return SimpleNamespace(sealed=seal("sk_test_secret"))


def _may(ledger: Ledger, facts: Any) -> None:
    auditor = Membership(role=Role.objects.get(code="auditor"), user=get_user_model()(username="eve"))
    with calling(member_caller(auditor)):
        ledger.payment(5)


TABLE = [
    # kernel
    Refusal(
        "TransitionNotAllowed",
        "transition_not_allowed",
        r"Cannot cancel what is posted\. Nothing more",
        lambda x, f: x.cancel(f),
        lambda x: x.credit_note(10),
    ),
    Refusal("NotFound", "not_found", r"There is no such transaction in this company", lambda x, f: x.cancel(GHOST)),
    Refusal(
        "TotalBelowZero",
        "total_below_zero",
        r"come to -1\.00 EUR: an invoice cannot be below zero\. Post a credit note instead",
        lambda x, f: x.invoice(-1),
    ),
    Refusal(
        "TotalDiffers",
        "total_differs",
        r"come to 10\.00 EUR, and 11\.00 EUR was given as their total\. Correct",
        lambda x, f: x.invoice(10, expected_total_minor=1100),
    ),
    Refusal(
        "OutcomeDiffers",
        "outcome_differs",
        r"Nothing was posted: something has changed .* comes to 10\.00 EUR on 2026-05-20 now\. Look at it again",
        lambda x, f: execute([Post(new=x.new(C.PAYMENT, 10), expected_outcome="0" * 32)], actor="t"),
    ),
    Refusal(
        "DraftDiffers",
        "draft_differs",
        r"The draft comes to 10\.00 EUR, and 1\.00 EUR was given .* Look at it again",
        lambda x, f: execute([Post(draft_id=f.pk, expected_total_minor=100)], actor="t"),
        lambda x: save_drafts(new=[x.new(C.PAYMENT, 10)], actor="t")[0],
    ),
    Refusal(
        "PostingDayOld",
        "posting_day_old",
        r"The posting day 2016-05-04 lies 3668 days before today \(2026-05-20\), .* Correct the year, or confirm",
        lambda x, f: x.payment(10, on=date(2016, 5, 4)),
    ),
    Refusal(
        "ReceivingDayOld",
        "receiving_day_old",
        r"The receiving day 2016-05-04 lies 3668 days before today \(2026-05-20\), .* Correct the year, or confirm",
        lambda x, f: x.payment(10, received_on=date(2016, 5, 4)),
    ),
    Refusal(
        "DueDateDistant",
        "due_date_distant",
        r"The due date 2062-06-01 lies more than ten years after .* Correct the year, or confirm",
        lambda x, f: x.invoice(10, due=date(2062, 6, 1)),
    ),
    Refusal(
        "DueBeforeIssue",
        "due_before_issue",
        r"The due date 2026-06-19 lies before the invoice date 2026-12-01: it counts from .* Correct the invoice date",
        lambda x, f: x.invoice(10, issued_on=date(2026, 12, 1)),
    ),
    Refusal(
        "ExchangeRateImplausible",
        "exchange_rate_implausible",
        r"1 USD = 1\.0835 EUR is far from the rate of 2026-05-01, 0\.923\. It looks like the other",
        lambda x, f: enter_rates(rates=[NewRate("usd", day("02/05"), Decimal("1.0835"))], actor="t"),
        lambda x: enter_rates(rates=[NewRate("usd", day("01/05"), Decimal("0.923"))], actor="t"),
    ),
    Refusal(
        "DayInvalid",
        "day_invalid",
        r"The posting day 0001-01-01 cannot be right: .* Correct the year",
        lambda x, f: x.payment(10, on=date.min),
    ),
    Refusal(
        "AmountInvalid",
        "amount_invalid",
        r"The amount 0\.00 EUR is too small: .* Correct it",
        lambda x, f: x.payment(0),
    ),
    Refusal(
        "CurrencyUnknown",
        "currency_unknown",
        r"'zzz' is not a currency: .* Use three letters",
        lambda x, f: _open(x, currency="zzz"),
    ),
    Refusal(
        "AmountNotWhole",
        "amount_not_whole",
        r"Cannot pay 9\.00 EUR: 10\.00 EUR of INV\d+ is unsettled\. .* give its amount",
        lambda x, f: x.quick_pay(f, amount=900),
        lambda x: x.invoice(10),
    ),
    # platform
    Refusal(
        "IdempotencyKeyReused", "idempotency_key_reused", r"'k' was used for another request: .* Use a new key", _reused
    ),
    Refusal("IdempotencyKeyInFlight", "idempotency_key_in_flight", r"has not finished\. Repeat", _in_flight, _claimed),
    Refusal(
        "AnotherSecretKey",
        "another_secret_key",
        r"served with another secret key: its fingerprint is .*Set SUBLEDGER_SECRET_KEY to that key here",
        lambda ledger, facts: keep_secret_key(secret_key="this machine's"),
        lambda ledger: keep_secret_key(secret_key="that of the books", accept=True),
    ),
    Refusal(
        "SealedWithAnotherKey",
        "sealed_with_another_key",
        r"cannot be opened: it was sealed with another secret key\. .*add that one to SUBLEDGER_OLD_SECRET_KEYS",
        lambda ledger, facts: unseal(facts.sealed),
        _sealed_elsewhere,
    ),
    # companies
    Refusal(
        "CompanyInvalid",
        "company_invalid",
        r"'Mars/Base' is not a time zone\. Use an IANA name",
        lambda x, f: create_company(code="m", name="M", base_currency="eur", time_zone="Mars/Base", actor="t"),
    ),
    Refusal(
        "PermissionDenied",
        "permission_denied",
        r"Not allowed: your role does not include “Post payments; quick pay”\. Ask an administrator",
        _may,
    ),
    Refusal(
        "LastAdministrator",
        "last_administrator",
        r"Cannot take this from ana: nobody else here.*Make somebody else an administrator first",
        lambda ledger, facts: remove_member(membership_id=facts.ana.pk, actor="test"),
        _administrator,
    ),
    Refusal(
        "ScopeInvalid",
        "scope_invalid",
        r"'all' is not a scope\. Use read, write",
        lambda x, f: create_api_key(name="k", scopes=["all"], actor="t"),
    ),
    Refusal(
        "ConfigurationInvalid",
        "configuration_invalid",
        r"'secret' cannot be set here\. Leave it out",
        lambda x, f: save_entry(model=Category, ident=None, values={"secret": 1}, actor="t"),
    ),
    Refusal(
        "CardNumberRefused",
        "card_number_refused",
        r"looks like a card number, ending in 4242: those are never kept here\. Take it out",
        lambda x, f: x.payment(1, note="4242 4242 4242 4242"),
    ),
    # accounts
    Refusal(
        "NotInUse",
        "not_in_use",
        r"The classification 'Business' is not in use\. Choose another",
        lambda x, f: _open(x, classification=f),
        _unused_classification,
    ),
    Refusal(
        "AccountNotClear",
        "account_not_clear",
        r"not clear\. There is 10\.00 EUR owed on 1 open item: once it is .* Settle it first, or look at it",
        lambda x, f: _terminated(x),
        lambda x: x.invoice(10),
    ),
    Refusal(
        "DraftHasNoPostingDay",
        "draft_has_no_posting_day",
        r"A draft has no posting day: .* Leave the day empty",
        lambda x, f: save_drafts(new=[x.new(C.PAYMENT, 1, on="04/05")], actor="t"),
    ),
    Refusal(
        "PaymentDetailsInvalid",
        "payment_details_invalid",
        r"'cvc' is nothing that is kept of a way to pay\. What is: reference",
        lambda x, f: _way(x, {"cvc": "123"}),
    ),
    Refusal(
        "CreditRuleInvalid",
        "credit_rule_invalid",
        r"Day 0 of the month .* does not exist\. Use a day from 1 to 31",
        lambda x, f: CreditRule(CreditRuleKind.NTH_DAY),
    ),
    Refusal(
        "DueDateInvalid",
        "due_date_invalid",
        r"Invalid Due Date: 2026-05-19 is not allowed .* Choose such a date",
        lambda x, f: x.invoice(10, due="19/05"),
    ),
    Refusal(
        "CreditPeriodOutsideWindow",
        "credit_period_outside_proximity",
        r"leaves the proximity range: .* Shorten the period",
        lambda x, f: _open(x, credit_period=CreditPeriod(5, Operator.PLUS)),
    ),
    Refusal(
        "TextInvalid",
        "text_invalid",
        r"a character that nobody can see: U\+001B, .* Type it anew",
        lambda x, f: _open(x, name="a\x1bb"),
    ),
    Refusal(
        "AccountInvalid",
        "account_invalid",
        r"An account needs a name\. Give one",
        lambda x, f: update_account(account_id=x.account.pk, changes={"name": ""}, actor="test"),
    ),
    Refusal(
        "CustomerInvalid",
        "customer_invalid",
        r"A customer needs a name\. Give one",
        lambda x, f: create_customers(new=[{"name": " "}], actor="t"),
    ),
    Refusal(
        "ParentInvalid",
        "account_parent_invalid",
        r"cannot be put under itself\. Choose another parent",
        lambda x, f: update_account(account_id=x.account.pk, changes={"parent": x.account}, actor="t"),
    ),
    Refusal(
        "ContactInvalid",
        "contact_person_invalid",
        r"Eva cannot receive anything without an e-mail address\. Give one, or let",
        lambda x, f: _contact(x, receives=["invoices"]),
    ),
    Refusal(
        "ContactNameTaken",
        "contact_person_taken",
        r"This customer has a contact person 'EVA' already\. Change that one",
        lambda x, f: _contact(x, name="EVA"),
        lambda x: _contact(x),
    ),
    Refusal(
        "AccountTerminated",
        "account_terminated",
        r"Cannot post a payment: account ACR\d+ is terminated.*Use another account",
        lambda x, f: x.payment(10),
        _terminated,
    ),
    Refusal(
        "AccountSuspended",
        "account_suspended",
        r"Cannot post an invoice: account ACR\d+ is suspended .* Reactivate it",
        lambda x, f: x.invoice(10),
        _suspended,
    ),
    Refusal(
        "DefinitionMissing",
        "account_definition_missing",
        r"Cannot post: .* no active payment terms\. Activate some",
        lambda x, f: x.payment(10),
        _without_definition,
    ),
    Refusal(
        "CodeTaken",
        "code_taken",
        r"The code 'K' is taken by another customer\. Choose another",
        lambda x, f: create_customers(new=[{"name": "A", "code": "K"}, {"name": "B", "code": "K"}], actor="t"),
    ),
    # catalog
    Refusal(
        "ProductInvalid",
        "product_invalid",
        r"A price needs its currency\. Give one",
        lambda x, f: create_products(new=[{"code": "p", "name": "P", "unit_amount": Decimal(1)}], actor="t"),
    ),
    Refusal(
        "TaxRateInvalid",
        "tax_rate_invalid",
        r"101 is not a tax rate\. Use 0 to 100",
        lambda x, f: create_tax_rate(code="t", name="T", percent=Decimal(101), actor="t"),
    ),
    # journal
    Refusal(
        "PeriodClosed",
        "period_closed",
        r"2026-05-10: the books are closed through 2026-05-10\. Post on 2026-05-11",
        lambda x, f: x.payment(10, on="10/05"),
        lambda x: close_period(through=day("10/05"), actor="t"),
    ),
    Refusal(
        "PeriodInvalid",
        "period_invalid",
        r"2026-05-21 has not come yet: .* Close a day that has passed",
        lambda x, f: close_period(through=day("21/05"), actor="t"),
    ),
    Refusal(
        "PeriodNotClear",
        "period_not_clear",
        r"2026-05-20 is today: .* the first open day is 2026-05-21\. Finish .* close through an earlier day, or look",
        lambda x, f: close_period(through=day("20/05"), actor="t"),
    ),
    Refusal(
        "ExchangeRateMissing",
        "exchange_rate_missing",
        r"no exchange rate to EUR .* Enter or import one",
        lambda x, f: x.payment(10, account=f),
        lambda x: x.open("Cy", currency="usd"),
    ),
    Refusal(
        "ExchangeRateInvalid",
        "exchange_rate_invalid",
        r"0 is not an exchange rate\. Use a number above zero",
        lambda x, f: enter_rates(rates=[NewRate("usd", day("01/05"), Decimal(0))], actor="t"),
    ),
    Refusal(
        "LedgerAccountInvalid",
        "ledger_account_invalid",
        r"'cash' is not a kind\. Use one of: asset",
        lambda x, f: create_ledger_account(code="1299", name="X", kind="cash", actor="t"),
    ),
    # transactions
    Refusal(
        "ItemInvalid",
        "item_invalid",
        r"Item 1 needs exactly one of .* Give one of them",
        lambda x, f: x.invoice(items=(NewItem(description="Services"),)),
    ),
    Refusal(
        "ItemsMissing",
        "items_missing",
        r"A credit note needs at least one item\. Add one",
        lambda x, f: x.credit_note(),
    ),
    Refusal(
        "TypeInvalid",
        "type_invalid",
        r"Type 'Own' is of classification payment, not invoice\. Choose a type of invoice",
        lambda x, f: x.invoice(10, type_id=f),
        lambda x: _type({}),
    ),
    Refusal(
        "CategoryNotAllowed",
        "category_not_allowed",
        r"not one that type 'Payment' allows\. Choose another, or allow it",
        lambda x, f: x.payment(10, category_id=f.pk),
        lambda x: save_entry(model=Category, ident=None, values={"code": "c", "name": "C"}, actor="t"),
    ),
    Refusal(
        "MethodNotAllowed",
        "method_not_allowed",
        r"Type 'Own' does not allow this method\. Allowed: Cash",
        lambda x, f: x.payment(10, type_id=f, payment_method_id=PaymentMethod.objects.get(code="card").pk),
        lambda x: _type({"payment_methods": [PaymentMethod.objects.get(code="cash")]}),
    ),
    Refusal(
        "MethodMissing",
        "method_missing",
        r"No method was given, and type 'Own' has no default one\. Name a method",
        lambda x, f: x.payment(10, type_id=f),
        lambda x: _type({}),
    ),
    Refusal(
        "BackOfficeCodeTaken",
        "back_office_code_taken",
        r"'B' is on another payment\. Use another, or none",
        lambda x, f: x.payment(10, back_office_code="B"),
        lambda x: x.payment(10, back_office_code="B"),
    ),
    Refusal(
        "PostingDateInvalid",
        "posted_on_invalid",
        r"Cannot post on 2026-05-21: .* Use today or an earlier day",
        lambda x, f: x.payment(10, on="21/05"),
    ),
    Refusal(
        "ReceivingDayInvalid",
        "received_on_invalid",
        r"cannot have been received on 2026-05-21: .* Use today or an earlier day",
        lambda x, f: x.payment(10, received_on=day("21/05")),
    ),
    Refusal(
        "IntendedInvoiceInvalid",
        "allocate_to_invalid",
        r"it belongs to another account\. Name posted invoices of the same",
        lambda x, f: x.payment(10, to=[f]),
        _other_account_invoice,
    ),
    Refusal(
        "CurrencyMismatch",
        "currency_mismatch",
        r"in USD, but the account is kept in EUR\. Use that currency",
        lambda x, f: x.payment(10, currency="usd"),
    ),
    Refusal(
        "RefundNeedsCreditBalance",
        "refund_needs_credit_balance",
        r"Cannot refund: the account's balance is 0\.00 EUR, .* Cancel a payment",
        lambda x, f: x.refund(10),
    ),
    Refusal(
        "CreditBeingRefunded",
        "credit_being_refunded",
        r"Cannot cancel payment PAY\d+: its credit is on its way out already \(10\.00 EUR in refunds\), .* Wait for",
        lambda x, f: x.cancel(f),
        _being_refunded,
    ),
    Refusal(
        "CreditPaidOut",
        "credit_paid_out",
        r"10\.00 EUR of payment PAY\d+ was paid out already, by a refund\. .* Look at the refund first; if it is meant",
        lambda x, f: x.cancel(f),
        _paid_out,
    ),
    Refusal(
        "CreditLimitExceeded",
        "credit_limit_exceeded",
        r"raise the balance to 10.00 EUR, above the credit limit of 0.00 EUR\. Correct the amount, or confirm it",
        lambda x, f: x.refund(20, account=f, confirm_above_credit=True),
        _limited,
    ),
    Refusal(
        "RefundAboveCredit",
        "refund_above_credit",
        r"The refund of 20.00 EUR is more than the credit of 10.00 EUR on the account: .* Correct the amount, or conf",
        lambda x, f: x.refund(20, account=f),
        _limited,
    ),
    Refusal(
        "ReasonInvalid",
        "reason_invalid",
        r"rejected with one of the company's rejection reasons\. Choose one",
        lambda x, f: reject_drafts(transaction_ids=[f.pk], reason=None, actor="t"),
        _draft,
    ),
    Refusal(
        "CreditedItemInvalid",
        "credited_item_invalid",
        r"Item 1 credits item 1 of invoice INV\d+, which stands on another account\. Name an item",
        lambda x, f: x.credit_note(items=(NewItem(credits=ItemRef(f[0].id, 1)),), account=f[1]),
        lambda x: (x.invoice(10), x.open("Credited elsewhere")),
    ),
    Refusal(
        "CreditedAbove",
        "credited_above_invoiced",
        r"10\.00 EUR and 0\.00 EUR tax of it are left to credit\. Credit that or less",
        lambda x, f: x.credit_note(items=(NewItem(credits=ItemRef(f.id, 1), unit_amount=Decimal(1001)),)),
        lambda x: x.invoice(10),
    ),
    Refusal(
        "InvoiceCredited",
        "invoice_credited",
        r"Cannot cancel invoice INV\d+: it is credited by CRN\d+.*Credit what is left of it",
        lambda x, f: x.cancel(f),
        _credited,
    ),
    Refusal(
        "DraftChanged",
        "draft_changed",
        r"Nothing was done with the draft: it was changed after it was shown\. Look at what it says now",
        lambda x, f: execute([Post(draft_id=f.pk, expected_version="another")], actor="t"),
        _draft,
    ),
    Refusal(
        "InvoiceCreditedTwice",
        "invoice_credited_twice",
        r"Invoice INV\d+ is credited already, by CRN\d+ \(4\.00 EUR of it\)\. .* credit what is left of it, 6\.00 EUR",
        lambda x, f: x.cancel(f),
        _credited_as_a_whole,
    ),
    Refusal(
        "AlreadySettled",
        "already_settled",
        r"Cannot write it off: invoice INV\d+ is settled.*Nothing needs doing",
        lambda x, f: x.write_off(f),
        _settled,
    ),
    Refusal(
        "MoveRefused",
        "move_refused",
        r"The payment is on that account already\. Choose another account",
        lambda x, f: x.move(f, x.account),
        lambda x: x.payment(10),
    ),
    Refusal(
        "WrongClassification",
        "wrong_classification",
        r"is a payment, not a refund\. Use the action that fits",
        lambda x, f: update_draft(transaction_id=f.pk, new=x.new(C.REFUND, 10), actor="t"),
        _draft,
    ),
    Refusal(
        "PostingRuleMissing",
        "posting_rule_missing",
        r"no posting rule says where a payment on a customer account .* Add one",
        lambda x, f: x.payment(10),
        _without_rules,
    ),
    Refusal(
        "PostingRuleInvalid",
        "posting_rule_invalid",
        r"Cannot post: the posting rules of an? invoice .* do not move its control account.* Correct the rules",
        lambda x, f: x.invoice(10, tax=19),
        _without_the_tax_rule,
    ),
    Refusal(
        "EarlierThanTarget",
        "earlier_than_target",
        r"Cannot act on INV\d+ as of 2026-05-09: it was posted on 2026-05-10\. Use that day",
        lambda x, f: x.cancel(f, on="09/05"),
        lambda x: x.invoice(10, on="10/05"),
    ),
]
