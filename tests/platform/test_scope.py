from __future__ import annotations

import pytest
from tests.factories import Ledger, make_company

from subledger.accounts.models import Account, AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.journal.models import JournalEntry
from subledger.kernel.errors import NotFound
from subledger.platform.scope import NoCompanyScope, company_scope, current_company_id
from subledger.transactions.models import Allocation, OpenItem, Transaction, TransactionItem
from subledger.transactions.queries import transaction_by_id


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Account, Transaction, TransactionItem, OpenItem, Allocation, JournalEntry])
def test_a_company_table_is_not_read_without_a_company_in_scope(model):
    with pytest.raises(NoCompanyScope, match="wrap the call in company_scope"):
        model.objects.count()


def test_another_companys_rows_are_simply_not_there(ledger: Ledger, company):
    inv = ledger.invoice(10, tax=19)
    with company_scope(make_company().pk):
        assert current_company_id() != company.pk
        for model in (Transaction, TransactionItem, OpenItem, JournalEntry):
            assert not model.objects.exists()
        assert set(Account.objects.values_list("type", flat=True)) == {"system"}
        with pytest.raises(NotFound):
            transaction_by_id(inv.id)
    assert transaction_by_id(inv.id).number == inv.number


def test_the_way_from_a_row_to_its_parts_stays_in_scope(ledger: Ledger):
    """Related managers are scoped too, and find the way to the company of tables that have no company column."""
    inv = ledger.invoice(10)
    row = Transaction.objects.get(pk=inv.id)
    assert [item.net_minor for item in row.items.all()] == [10_00]
    assert JournalEntry.objects.get(pk=inv.id).lines.count() == 2
    with company_scope(make_company().pk):
        assert not row.items.exists()


def test_an_accounts_default_payment_preference_gives_way_to_the_next(ledger: Ledger):
    mandate = {"iban": "DE89370400440532013000", "mandate_reference": "M-1", "mandate_signed_on": "2026-01-02"}
    for code, details in (("cash", {}), ("direct_debit", mandate)):
        set_payment_preference(
            account_id=ledger.account.pk,
            preference=PaymentPreference.objects.get(code=code),
            details=details,
            is_default=True,
            actor="test",
        )
    found = AccountPaymentPreference.objects.order_by("pk").values_list("preference__code", "is_default")
    assert list(found) == [("cash", False), ("direct_debit", True)]
