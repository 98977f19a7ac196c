"""A company whose books look like somebody's: for the browser tests and the pictures in the documentation."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta
from decimal import Decimal

from subledger.accounts.models import Account, AccountClassification
from subledger.accounts.services import create_customers, open_accounts
from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products
from subledger.companies.models import Company
from subledger.journal.services import NewRate, enter_rates
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.transactions.models import OpenItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, WriteOff
from subledger.transactions.services import actions
from subledger.transactions.services.defaults import Tax, set_up_company
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

ACTOR = "user:ana"
CUSTOMERS = [
    "Bianchi & Figli S.r.l.",
    "Officine Meccaniche Torinesi S.p.A.",
    "Laura Conti",
    "Panificio Rossi",
    "Studio Legale Marchetti",
    "Hotel Miramare",
    "Cantina Valpolicella",
    "Tipografia Aurora",
    "Farmacia San Marco",
    "Autotrasporti Greco",
]
PRODUCTS = [
    ("fibre", "Fibre 1000", "4990"),
    ("installation", "Installation", "12000"),
    ("kwh", "Energy, per kWh", "23.45"),
]


def showcase(*, days: int = 200, seed: int = 7) -> Company:
    """A utility with ten customers and ``days`` of invoices and payments up to today; the same for the same seed."""
    chance = random.Random(seed)
    start = clock.now() - timedelta(days=days)
    company = set_up_company(
        code=f"meridian-{uuid.uuid4().hex[:12]}",
        name="Meridian Utilities",
        base_currency="eur",
        time_zone="Europe/Rome",
        country="IT",
        taxes=[Tax("standard", "Standard rate", Decimal(19))],
        actor=ACTOR,
    )
    with company_scope(company.pk):
        with clock.frozen(start):
            accounts = _accounts(chance)
        moment, number = start, 0
        while moment < clock.now() - timedelta(days=2):
            moment += timedelta(hours=chance.randint(10, 40))
            number += 1
            with clock.frozen(moment):
                _something(chance, chance.choice(accounts), number)
        _exceptions(accounts[0])
    return company


def _accounts(chance: random.Random) -> list[Account]:
    standard = TaxRate.objects.get(code="standard")
    create_products(
        new=[
            {"code": code, "name": name, "unit_amount": Decimal(price), "currency": "eur", "tax_rate": standard}
            for code, name, price in PRODUCTS
        ],
        actor=ACTOR,
    )
    enter_rates(rates=[NewRate("usd", date(2020, 1, 1), Decimal("0.92"))], actor=ACTOR)
    customers = create_customers(
        new=[
            {
                "name": name,
                "city": chance.choice(["Torino", "Milano", "Genova"]),
                "country": "IT",
                "email": f"billing{n}@example.com",
            }
            for n, name in enumerate(CUSTOMERS)
        ],
        actor=ACTOR,
    )
    business = AccountClassification.objects.get(code="business")
    return open_accounts(
        new=[
            {"customer": customer, "classification": business, "credit_limit_minor": 500_000, "code": f"C-{1000 + n}"}
            for n, customer in enumerate(customers)
        ],
        actor=ACTOR,
    )


def _something(chance: random.Random, account: Account, number: int) -> None:
    """An invoice, or a payment of what is due next there: all of it, or half."""
    due = OpenItem.objects.filter(account=account, is_debit=True).order_by("order_on").first()
    if due is None or chance.random() < 0.5:
        actions.post_new(
            new=[
                NewTransaction(
                    classification=C.INVOICE,
                    account_id=account.pk,
                    items=_items(chance),
                    back_office_code=f"BO-{number}",
                )
            ],
            actor=ACTOR,
        )
    else:
        amount = due.open_minor if chance.random() < 0.7 else max(1, due.open_minor // 2)
        actions.post_new(
            new=[
                NewTransaction(
                    classification=C.PAYMENT,
                    account_id=account.pk,
                    amount_minor=amount,
                    intended_ids=(due.transaction_id,),
                )
            ],
            actor=ACTOR,
        )


def _items(chance: random.Random) -> tuple[NewItem, ...]:
    return tuple(
        NewItem(
            quantity=Decimal(chance.randint(1, 9)),
            unit_amount=product.unit_amount,
            product_id=product.pk,
            tax_rate_id=product.tax_rate_id,
            tax_percent=product.tax_rate.percent,
            description=product.name,
            discount_percent=Decimal(5) if chance.random() < 0.3 else None,
        )
        for product in chance.sample(
            list(Product.objects.filter(unit_amount__isnull=False).order_by("code")), chance.randint(1, 3)
        )
    )


def _exceptions(account: Account) -> None:
    """On one account: a cancelled payment, an invoice written off, an invoice half paid, a draft."""
    item = NewItem(unit_amount=Decimal(42_000), description="Repair")
    first, second, third = actions.post_new(
        new=[NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,)) for _ in range(3)],
        actor=ACTOR,
    )
    [paid] = actions.post_new(
        new=[
            NewTransaction(
                classification=C.PAYMENT, account_id=account.pk, amount_minor=42_000, intended_ids=(first.id,)
            )
        ],
        actor=ACTOR,
    )
    actions.cancel(orders=[Cancel(target_id=paid.id, amount=ALL, issue_reason="Returned by the bank")], actor=ACTOR)
    bad_debt = WriteOff(target_id=second.id, amount=ALL, mirror_account_id=0, issue_reason="Bad debt")
    actions.write_off(orders=[bad_debt], actor=ACTOR)
    actions.post_new(
        new=[
            NewTransaction(
                classification=C.PAYMENT,
                account_id=account.pk,
                amount_minor=15_000,
                intended_ids=(third.id,),
                note="Rest promised for the end of the month",
            )
        ],
        actor=ACTOR,
    )
    save_drafts(new=[NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,))], actor=ACTOR)
