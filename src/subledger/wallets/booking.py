"""Which ledger accounts a wallet debit moves: those that an invoice of the product would, with the wallet for the
receivable."""

from __future__ import annotations

from subledger.transactions import rule_errors
from subledger.transactions.revenue_errors import RevenueRefused
from subledger.transactions.rules.configuration import Configuration
from subledger.transactions.rules.posting import AccountRole, amounts_for
from subledger.transactions.states import Classification

from .rules.supplies import Supply

INVOICE, CUSTOMER = Classification.INVOICE, AccountRole.CUSTOMER


def pairs_of(
    books: Configuration, supply: Supply, *, product_id: int | None, wallet_ledger_id: int
) -> list[tuple[int, int]]:
    """(ledger account, signed minor) of a supply that a wallet pays for, debits positive.

    Raises:
        PostingRuleMissing, RevenueRefused: as an invoice of the product would be refused.
    """
    type_id = books.default_types[INVOICE]
    rules = books.rules.rules_for(
        INVOICE, CUSTOMER, type_id, product_id=product_id, group_id=books.product_groups.get(product_id or 0)
    )
    moved = amounts_for(
        rules, net=supply.net, discount=supply.discount, tax=supply.tax, total=supply.paid, method_account_id=None
    )
    if not moved or any(ledger is None for ledger, _ in moved):
        raise rule_errors.PostingRuleMissing(INVOICE, CUSTOMER)
    if (because := books.no_revenue.because_of(type_id, product_id)) and (
        income := books.no_revenue.income_moved(moved)
    ):
        raise RevenueRefused(INVOICE, because, income)
    control = books.control_accounts[CUSTOMER]
    return [(wallet_ledger_id if ledger == control else ledger, minor) for ledger, minor in moved if ledger is not None]
