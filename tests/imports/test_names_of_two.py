"""A name that two things have is refused with both, in files and wherever people write it; nothing takes the first."""

from __future__ import annotations

import pytest
from tests.factories import Ledger
from tests.imports.conftest import refused

from subledger.accounts.errors import AccountAmbiguous
from subledger.accounts.models import Account, Customer
from subledger.accounts.queries import account_by_name
from subledger.accounts.services import create_customers, update_account
from subledger.transactions.models import Transaction


@pytest.fixture
def two(ledger: Ledger) -> tuple[Account, Account]:
    """The code of the first is the number of the second."""
    second = ledger.open("Bo", code="B2")
    return ledger.open("Ann", code=second.number), second


def test_an_account_that_is_named_by_the_number_of_another(two, bring):
    first, second = two
    name = second.number
    report = bring("payments", f"account,amount,posted_on\n{name},20,2026-05-04\n")
    assert refused(report) == [(2, "account", "account_ambiguous")]
    assert f"{first.number} or B2" in report.rejections[0].reason
    assert not Transaction.objects.exists()
    for meant in (first.number, "B2"):
        assert bring("payments", f"account,amount,posted_on\n{meant},20,2026-05-04\n").created == 1
    report = bring("accounts", f"account,customer,parent\nNEW,Cy,{name}\n", create_missing=True)
    assert refused(report) == [(2, "parent", "account_ambiguous")]
    with pytest.raises(AccountAmbiguous, match=f"{first.number} or B2"):
        account_by_name(name)
    update_account(account_id=second.pk, changes={"code": ""}, actor="test")
    with pytest.raises(AccountAmbiguous, match=f"Write {first.number} where that one is meant"):
        account_by_name(name)


def test_an_account_whose_code_is_its_number_is_one(ledger: Ledger):
    Account.objects.filter(pk=ledger.account.pk).update(code=ledger.account.number)
    assert account_by_name(ledger.account.number) == ledger.account


def test_an_invoice_that_is_named_by_the_number_of_another(ledger: Ledger, bring):
    ours = ledger.invoice(20)
    theirs = ledger.invoice(30, back_office_code=ours.number)
    account = ledger.account.number
    report = bring("payments", f"account,amount,posted_on,allocate_to\n{account},20,2026-05-04,{ours.number}\n")
    assert refused(report) == [(2, "allocate_to", "invoice_ambiguous")]
    assert theirs.number in report.rejections[0].reason
    assert ledger.open_amount(ours) == 20
    credit = f"account,number,posted_on,unit_price,credits_item\n{account},C1,2026-05-04,5,{ours.number}:1\n"
    assert refused(bring("credit-notes", credit)) == [(2, "credits_item", "invoice_ambiguous")]
    bring("payments", f"account,amount,posted_on,allocate_to\n{account},30,2026-05-04,{theirs.number}\n")
    assert (ledger.open_amount(ours), ledger.open_amount(theirs)) == (20, 0)


def test_a_customer_whose_name_another_has(company, bring):
    create_customers(new=[{"name": "Bo", "code": "C1"}, {"name": "Bo", "code": "C2"}], actor="test")
    report = bring("accounts", "account,customer\nA1,Bo\n", create_missing=True)
    assert refused(report) == [(2, "customer", "customer_ambiguous")]
    assert "C1 and C2" in report.rejections[0].reason
    report = bring("contact-persons", "customer,name,email\nBo,Ann,ann@example.com\nC2,Cy,cy@example.com\n")
    assert refused(report) == [(2, "customer", "customer_ambiguous")]
    assert bring("accounts", "account,customer\nA1,C2\n").created == 1
    assert Account.objects.get(code="A1").customer.code == "C2"
    payments = "account,amount,posted_on,customer\nA9,5,2026-05-04,Bo\n"
    report = bring("payments", payments, create_missing=True)
    assert refused(report) == [(2, "customer", "customer_ambiguous")]
    assert Customer.objects.count() == 2
