"""django-hordak: an invoice and its payment, by the one call its documentation offers for moving money.

``Account.transfer_to`` credits the account it is called on and debits the other, in one database
transaction. An invoice credits income and debits the customer's receivable; a payment credits that
receivable and debits the bank. Hordak has no documents, numbers or allocations, so this is all it does:
less work than the pair it is compared with.
"""

import random
from collections.abc import Callable

import peer


def prepare() -> None:
    """One income account, one bank account, and a receivable for each customer under one parent."""
    from hordak.models import Account, AccountType

    Account.objects.create(name="Sales", code="4", type=AccountType.income)
    Account.objects.create(name="Bank", code="1", type=AccountType.asset, is_bank_account=True)
    receivables = Account.objects.create(name="Receivables", code="2", type=AccountType.asset)
    for n in range(peer.CUSTOMERS):
        Account.objects.create(name=f"Customer {n}", code=f"{n:03d}", parent=receivables)


def pair_maker() -> Callable[[random.Random], None]:
    """Load the accounts once and return the function that posts one pair."""
    from hordak.models import Account
    from moneyed import Money

    sales, bank = Account.objects.get(name="Sales"), Account.objects.get(name="Bank")
    customers = list(Account.objects.filter(parent__name="Receivables"))

    def post_pair(rng: random.Random) -> None:
        customer = rng.choice(customers)
        amount = Money(rng.randint(100, 100_000), "EUR") / 100
        sales.transfer_to(customer, amount, description="Invoice")
        customer.transfer_to(bank, amount, description="Payment")

    return post_pair


if __name__ == "__main__":
    peer.main(["mptt", "djmoney", "hordak"], prepare, pair_maker)
