"""Stories of customers, told by the rules of docs/domain and played by the services, and a little foreign money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from subledger.accounts.models import Account, AccountDefinition
from subledger.accounts.rules import CreditPeriod, CreditRuleKind, Operator
from subledger.accounts.services import change_account_state, create_customers, open_accounts, update_account
from subledger.catalog.models import Product, TaxRate
from subledger.companies.entries import save_entry
from subledger.desk.services import NewContact, record_contact
from subledger.imports.services import import_file
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.money import parse_minor
from subledger.platform.events import add_note
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, WriteOff
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C
from subledger.wallets.rules.moves import NewCredit, NewDebit
from subledger.wallets.services.moves import credit_wallets, debit_wallets
from subledger.wallets.services.voids import void_entry

from .refunds import ANNAS_IBAN, BRUNOS_IBAN, refund_credit

MAY = {day: date(2026, 5, day) for day in range(1, 32)}


def play_stories(*, actor: str) -> None:
    """Play all of them into the company in scope, whose clock stands in May 2026."""
    stories = Stories(actor)
    stories.refund_negative_balances()
    stories.cancel_invoice_made_by_error()
    stories.sort_out_suspense()
    stories.two_cards()
    stories.due_dates()
    stories.foreign_money()
    stories.bad_debt()
    stories.promises()
    stories.prepaid()


class Stories:
    """The stories' words: accounts by name, days of May 2026, amounts in major units."""

    def __init__(self, actor: str) -> None:
        self.actor = actor
        self.standard_tax = TaxRate.objects.get(code="standard")

    # -- scenario 1: accounts in credit get their money by bank transfer

    def refund_negative_balances(self) -> None:
        anna, bruno, carla, dario = self.open("1", ["Anna Albini", "Bruno Bassi", "Carla Conti", "Dario Donati"])
        self.post(self.payment(anna, "45.00", 4), self.payment(bruno, "12.50", 5), self.invoice(carla, "20.00", 6))
        refund_credit(paid_to={anna: ANNAS_IBAN, bruno: BRUNOS_IBAN}, refused=bruno, actor=self.actor)
        self.narrate(anna, "The monthly run refunded her credit of 45.00 through the bank, which paid it.")
        self.narrate(bruno, "His refund of 12.50 came back, for his account is closed: the credit stays.")
        self.narrate(dario, "Nothing to do: the balance is zero.")

    # -- scenario 2: an invoice made by error stays visible and does not count

    def cancel_invoice_made_by_error(self) -> None:
        [elena] = self.open("2", ["Elena Esposito"])
        [invoice] = self.post(self.invoice(elena, "200.00", 6, taxed=True))
        self.post(self.payment(elena, "100.00", 8))
        wrong_customer = save_entry(
            model=TransactionType,
            ident=None,
            values={
                "code": "wrong_customer",
                "name": "Wrong customer",
                "classification": C.INVOICE_CANCELLATION,
            },
            actor=self.actor,
        )
        order = Cancel(
            target_id=invoice,
            amount=ALL,
            type_id=wrong_customer.pk,
            issue_reason="Order 77 is another customer's",
            posted_on=MAY[11],
        )
        actions.cancel(orders=[order], actor=self.actor)
        self.narrate(elena, "Her invoice of 238.00 was cancelled; the 100.00 she had paid are free again.")

    # -- scenario 3: the bank's file holds payments that cannot be placed

    def sort_out_suspense(self) -> None:
        names = ["Fabio Ferri", "Gaia Galli", "Hugo Heiss", "Irene Iorio", "Jacopo Jemma"]
        fabio, gaia, hugo, irene, jacopo = self.open("3", names)
        self.post(self.invoice(fabio, "60.00", 4), self.invoice(gaia, "50.00", 5))
        change_account_state(account_id=hugo.pk, action="terminate", reason="Contract ended", actor=self.actor)
        lines = [
            (fabio.code, "60.00", "bank-1", ""),
            ("9999", "35.00", "bank-2", ""),
            (hugo.code, "20.00", "bank-3", ""),
            (irene.code, "10.00", "bank-4", jacopo.name),
        ]
        rows = [f"{account},{amount},2026-05-12,{code},{owner}" for account, amount, code, owner in lines]
        text = "\n".join(["account,amount,posted_on,back_office_code,customer", *rows])
        import_file("payments", BytesIO(text.encode()), name="bank-2026-05-12.csv", suspense=True, actor=self.actor)
        moves = [("bank-2", gaia), ("bank-4", jacopo)]
        actions.move(
            orders=[
                Move(target_id=self.by_code(code), to_account_id=account.pk, posted_on=MAY[13])
                for code, account in moves
            ],
            actor=self.actor,
        )
        self.narrate(gaia, "35.00 came for an unknown account: moved here from the suspense account.")
        self.narrate(jacopo, "10.00 came for Irene Iorio's account in his name: moved here.")

    # -- scenario 4: one invoice, two lines, two kinds of discount

    def two_cards(self) -> None:
        [luca] = self.open("4", ["Luca Lodi"])
        card = {
            "unit_amount": Decimal(100_00),
            "tax_percent": Decimal(19),
            "tax_rate_id": self.standard_tax.pk,
        }
        items = (
            NewItem(description="Card A", discount_percent=Decimal(15), **card),
            NewItem(description="Card B", discount_minor=20_00, **card),
        )
        self.post(NewTransaction(classification=C.INVOICE, account_id=luca.pk, items=items, posted_on=MAY[14]))

    # -- scenario 5: when an invoice is due

    def due_dates(self) -> None:
        """a: always the 15th of next month; b: always after ten days; c: ten days,
        five earlier by default."""
        marta, nino, olga, piero = self.open("5", ["Marta Monti", "Nino Neri", "Olga Orsi", "Piero Pini"])
        standard = AccountDefinition.objects.get(is_active=True)
        usual = {
            name: getattr(standard, name)
            for name in ("credit_rule", "days", "nth", "months", "proximity_days", "proximity_operator")
        }
        self.define(standard, credit_rule=CreditRuleKind.NTH_DAY, nth=15, months=1)
        self.post(self.invoice(marta, "150.00", 20))
        self.define(standard, credit_rule=CreditRuleKind.DAYS, days=10)
        self.post(self.invoice(nino, "250.00", 20))
        self.define(standard, days=10, proximity_days=5, proximity_operator=Operator.MINUS)
        update_account(
            account_id=piero.pk, changes={"credit_period": CreditPeriod(2, Operator.MINUS)}, actor=self.actor
        )
        self.post(self.invoice(olga, "350.00", 20), self.invoice(piero, "350.00", 20))
        self.define(standard, **usual)
        self.narrate(piero, "Invoices are due two days before the tenth: his own credit period.")

    # -- money of other countries

    def foreign_money(self) -> None:
        rates = [("usd", 1, "0.8800"), ("usd", 15, "0.9100"), ("jpy", 1, "0.0058"), ("kwd", 1, "2.8700")]
        enter_rates(
            rates=[NewRate(currency, MAY[day], Decimal(rate)) for currency, day, rate in rates],
            actor=self.actor,
        )
        names = {"usd": "Quinn Trading Inc.", "jpy": "Sato Shoji KK", "kwd": "Al Wazzan Co."}
        for place, (currency, name) in enumerate(names.items(), 1):
            [account] = self.open("6", [name], first=place, currency=currency)
            amount = {"usd": "1200.00", "jpy": "180000", "kwd": "310.250"}[currency]
            [invoice] = self.post(self.invoice(account, amount, 4))
            if currency == "usd":
                self.post(self.payment(account, "900.00", 18, to=[invoice]))
                self.narrate(account, "Paid in part at a better rate than it was invoiced: an exchange gain.")

    # -- an invoice that nobody will pay

    def bad_debt(self) -> None:
        [rita] = self.open("7", ["Rita Rossi"])
        [invoice] = self.post(self.invoice(rita, "100.00", 4, taxed=True))
        self.post(self.payment(rita, "50.00", 6))
        order = WriteOff(
            target_id=invoice, amount=69_00, mirror_account_id=0, issue_reason="Insolvent", posted_on=MAY[19]
        )
        actions.write_off(orders=[order], actor=self.actor)

    # -- who says when they pay, and who objects

    def promises(self) -> None:
        paola, quinto, rosa = self.open("8", ["Paola Pini", "Quinto Quadri", "Rosa Riva"])
        [owed] = self.post(self.invoice(paola, "300.00", 4))
        [other] = self.post(self.invoice(quinto, "120.00", 5))
        [objected] = self.post(self.invoice(rosa, "80.00", 6))
        dates = [date(2026, month, 1) for month in (6, 7, 8)]
        thirds = [Instalment(day, 100_00) for day in dates]
        make_promise(new=NewPromise(document_id=owed, instalments=thirds, note="Agreed by phone."), actor=self.actor)
        make_promise(
            new=NewPromise(document_id=other, instalments=[Instalment(MAY[29], None)], waives_interest=True),
            actor=self.actor,
        )
        self.post(self.payment(quinto, "120.00", 20, to=[other]))
        self.narrate(quinto, "Paid before the day it was promised for: the promise is kept.")
        called = NewContact(
            account_id=rosa.pk, kind="call", with_whom="Rosa Riva", text="Send the time sheets.", follow_up_on=MAY[25]
        )
        record_contact(new=called, actor=self.actor)
        open_dispute(
            document_id=objected,
            reason="Half of the hours were never worked.",
            amount_minor=40_00,
            follow_up_on=MAY[27],
            actor=self.actor,
        )

    # -- who pays before it is used

    def prepaid(self) -> None:
        """119.00 topped up and 20.00 granted, of which support for 23.80 was used; one debit by error is voided."""
        [silvia] = self.open("12", ["Silvia Serra"])
        top_up = replace(
            self.payment(silvia, "119.00", 4), type_id=TransactionType.objects.get(code="wallet_top_up").pk
        )
        self.post(top_up)
        values = {"code": "support", "name": "Support by the hour", "tax_rate": self.standard_tax}
        support = save_entry(model=Product, ident=None, values=values, actor=self.actor)
        granted = NewCredit(
            account_id=silvia.pk, amount_minor=20_00, posted_on=MAY[6], expires_on=date(2026, 6, 30), note="Welcome"
        )
        [credit] = credit_wallets(new=[granted], actor=self.actor)
        used, twice = (
            NewDebit(
                wallet_id=credit.wallet_id, amount_minor=23_80, posted_on=MAY[day], product_id=support.pk, note=note
            )
            for day, note in ((11, "Two hours"), (12, "Two hours, by error again"))
        )
        _, again = debit_wallets(new=[used, twice], actor=self.actor)
        void_entry(entry_id=again.pk, posted_on=MAY[13], note="Entered twice", actor=self.actor)
        self.narrate(silvia, "She prepays: 119.00 paid and 20.00 granted, of which 23.80 is used.")

    # -- their words

    def open(self, story: str, names: Sequence[str], *, first: int = 1, **fields: Any) -> list[Account]:
        """A customer and an account each, coded by story: ``1-1``, ``1-2`` …"""
        codes = [f"{story}-{place}" for place in range(first, first + len(names))]
        new = [
            {"name": name, "code": code, "email": f"{'.'.join(re.findall('[a-z]+', name.lower()))}@example.com",
             "phone": f"+39 06 555 {code.replace('-', ' ')}0", "city": "Roma", "country": "IT"}
            for name, code in zip(names, codes, strict=True)
        ]  # fmt: skip
        customers = create_customers(new=new, actor=self.actor)  # type: ignore[arg-type]
        return open_accounts(
            new=[{"customer": each, "code": each.code, **fields} for each in customers],  # type: ignore[typeddict-item]
            actor=self.actor,
        )

    def invoice(self, account: Account, amount: str, day: int, *, taxed: bool = False) -> NewTransaction:
        tax = {"tax_percent": self.standard_tax.percent, "tax_rate_id": self.standard_tax.pk} if taxed else {}
        item = NewItem(unit_amount=Decimal(parse_minor(amount, account.currency)), description="Services", **tax)
        return NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,), posted_on=MAY[day])

    def payment(self, account: Account, amount: str, day: int, *, to: Sequence[int] = ()) -> NewTransaction:
        return NewTransaction(
            classification=C.PAYMENT,
            account_id=account.pk,
            amount_minor=parse_minor(amount, account.currency),
            posted_on=MAY[day],
            intended_ids=tuple(to),
        )

    def post(self, *new: NewTransaction) -> list[int]:
        return [posted.id for posted in actions.post_new(new=new, actor=self.actor)]  # type: ignore[union-attr]

    def define(self, definition: AccountDefinition, **values: Any) -> None:
        plain = {"proximity_days": 0, "proximity_operator": None}
        save_entry(model=AccountDefinition, ident=definition.pk, values={**plain, **values}, actor=self.actor)

    def by_code(self, code: str) -> int:
        return int(Transaction.objects.get(classification=C.PAYMENT, back_office_code=code).pk)

    def narrate(self, account: Account, text: str) -> None:
        add_note(object_type="account", object_id=account.pk, text=text, actor=self.actor)
