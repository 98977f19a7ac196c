"""Wallets by short verbs, in the units and days of `tests.factories`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import Amount, Day, Ledger, company_at_work, day

from subledger.accounts.models import Account
from subledger.catalog.models import Product, TaxRate
from subledger.companies.entries import save_entry
from subledger.journal.models import JournalLine
from subledger.reports.proof import prove
from subledger.transactions.models import TransactionType
from subledger.transactions.rules.orders import Posted
from subledger.wallets.models import Wallet, WalletTransaction
from subledger.wallets.rules.moves import NewCredit, NewDebit, NewFunding, NewReimbursement, NewTransfer
from subledger.wallets.services import moves, voids


class Wallets(Ledger):
    """Books in which customers prepay."""

    def type(self, code: str = "wallet_top_up") -> int:
        return TransactionType.objects.get(code=code).pk

    def top_up(self, amount: Amount, **fields: Any) -> Posted:
        """A payment of the type that goes into the wallet."""
        return self.payment(amount, type_id=self.type(), **fields)

    def wallet(self, account: Account | None = None) -> Wallet:
        return Wallet.objects.get(account=account or self.account)

    def in_wallet(self, account: Account | None = None) -> Decimal:
        wallet = self.wallet(account)
        return self.major(wallet.balance_minor, wallet.currency)

    def debit(
        self, amount: Amount, *, account: Account | None = None, on: Day | None = None, product: Product | None = None
    ) -> WalletTransaction:
        new = NewDebit(
            wallet_id=self.wallet(account).pk,
            amount_minor=self.minor(amount, account),
            posted_on=day(on),
            product_id=product.pk if product is not None else None,
        )
        return moves.debit_wallets(new=[new], actor="test")[0]

    def grant(
        self,
        amount: Amount,
        *,
        account: Account | None = None,
        on: Day | None = None,
        product: Product | None = None,
        expires: Day | None = None,
    ) -> WalletTransaction:
        new = NewCredit(
            account_id=(account or self.account).pk,
            amount_minor=self.minor(amount, account),
            posted_on=day(on),
            product_id=product.pk if product is not None else None,
            expires_on=day(expires),
        )
        return moves.credit_wallets(new=[new], actor="test")[0]

    def void(self, entry: WalletTransaction, *, on: Day | None = None) -> WalletTransaction:
        return voids.void_entry(entry_id=entry.pk, posted_on=day(on), actor="test")

    def reimburse(self, amount: Amount, *, account: Account | None = None, on: Day | None = None) -> WalletTransaction:
        new = NewReimbursement(
            wallet_id=self.wallet(account).pk, amount_minor=self.minor(amount, account), posted_on=day(on)
        )
        return moves.reimburse_wallet(new=new, actor="test")

    def fund(self, amount: Amount, *, account: Account | None = None, on: Day | None = None) -> WalletTransaction:
        new = NewFunding(
            account_id=(account or self.account).pk, amount_minor=self.minor(amount, account), posted_on=day(on)
        )
        return moves.fund_wallet(new=new, actor="test")

    def transfer(self, amount: Amount, source: Account, target: Account, *, on: Day | None = None) -> WalletTransaction:
        new = NewTransfer(
            wallet_id=self.wallet(source).pk,
            to_wallet_id=self.wallet(target).pk,
            amount_minor=self.minor(amount, source),
            posted_on=day(on),
        )
        return moves.transfer_between_wallets(new=[new], actor="test")[0]

    @staticmethod
    def product(code: str, *, percent: Any = None) -> Product:
        rate = None
        if percent is not None:
            rate = save_entry(
                model=TaxRate,
                ident=None,
                values={"code": f"rate-{code}", "name": f"{percent} %", "percent": Decimal(str(percent))},
                actor="test",
            )
        values = {"code": code, "name": code.capitalize(), "tax_rate": rate}
        return save_entry(model=Product, ident=None, values=values, actor="test")  # type: ignore[return-value]

    @staticmethod
    def booked() -> dict[str, int]:
        """What each ledger account has come to: minor units, debits above zero."""
        found: dict[str, int] = {}
        for line in JournalLine.objects.select_related("ledger_account"):
            code = line.ledger_account.code
            found[code] = found.get(code, 0) + line.debit_minor - line.credit_minor
        return {code: minor for code, minor in found.items() if minor}


def broken_invariants() -> list[str]:
    """What `check` finds in the books of the company in scope."""
    return [row for finding in prove(everywhere=False) for row in finding.rows]


@pytest.fixture
def books(db: None) -> Iterator[Wallets]:
    with company_at_work():
        yield Wallets()
        assert broken_invariants() == []
