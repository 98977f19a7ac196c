"""The worked examples of wallets, by name: docs/domain/wallets.md."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.factories import day

from subledger.journal.models import JournalLine
from subledger.runs.queries import tallies_of
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.transactions.errors import ConsequenceRefused
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions
from subledger.wallets.errors import InsufficientFunds
from subledger.wallets.models import Lot, LotTake, WalletDefinition
from subledger.wallets.reports import wallet_balances
from subledger.wallets.rules.moves import NewDebit
from subledger.wallets.services.expiry import expire_lots
from subledger.wallets.services.moves import debit_wallets

from .conftest import Wallets


def test_wallet_funding_arithmetic_example(books: Wallets):
    """A payment of 40.00 is spent on the wallet; 15.00 and 15.00 are debited; a top-up of 25.00; the 40.00 is taken
    back."""
    first = books.top_up(40, on="01/05")
    assert (books.balance(), books.in_wallet()) == (0, 40)
    assert books.booked() == {"1010": 4000, "2300": -4000}
    for _ in range(2):
        books.debit(15, on="02/05")
    assert (books.balance(), books.in_wallet()) == (0, 10)
    assert books.booked() == {"1010": 4000, "2300": -1000, "4000": -3000}
    books.top_up(25, on="03/05")
    assert (books.balance(), books.in_wallet()) == (0, 35)
    books.cancel(first, on="04/05")
    assert (books.balance(), books.in_wallet()) == (0, -5)
    assert books.booked() == {"1010": 2500, "2300": 500, "4000": -3000}
    books.top_up(12, on="05/05")
    assert books.in_wallet() == 7, "what was short is covered first"


def test_reimbursement_gives_the_account_its_money_back(books: Wallets):
    """12.00 of the wallet go back: account -12.00, wallet 0; Dr 2300 12 / Cr 1200 12."""
    books.top_up(12, on="01/05")
    books.reimburse(12, on="02/05")
    assert (books.balance(), books.in_wallet()) == (-12, 0)
    assert books.booked() == {"1010": 1200, "1200": -1200}


def test_an_invoice_that_was_open_before_a_top_up_stays_open(books: Wallets):
    """The payment is spent on the wallet: an invoice of 40.00 posted before it stays unsettled 40.00."""
    invoice = books.invoice(40, on="01/05")
    books.top_up(40, on="02/05")
    assert books.unsettled(invoice) == 40
    assert (books.balance(), books.in_wallet()) == (40, 40)


def test_free_credit_of_the_account_goes_into_the_wallet(books: Wallets):
    books.payment(30, on="01/05")
    books.fund(20, on="02/05")
    assert (books.balance(), books.in_wallet()) == (-10, 20)
    assert books.booked() == {"1010": 3000, "1200": -1000, "2300": -2000}


def test_allotments_example(books: Wallets):
    """50.00 of which 30.00 are meant for Sports: Sports takes 12.00 of its own money, Movies 25.00 of 20.00 is
    refused."""
    sports, movies = books.product("sports"), books.product("movies")
    books.grant(30, on="01/05", product=sports)
    books.grant(20, on="01/05")
    books.debit(12, on="02/05", product=sports)
    left = {lot.product_id: lot.face_left_minor for lot in Lot.objects.all()}
    assert left == {sports.pk: 1800, None: 2000}
    with pytest.raises(InsufficientFunds, match=r"20\.00 EUR of the wallet W0+1 may pay for Movies"):
        books.debit(25, on="02/05", product=movies)
    assert books.in_wallet() == 38


def test_lots_example_of_paid_value(books: Wallets):
    """Face 25.00, paid 20.00: three debits of 3.33 take paid 2.66, 2.67, 2.66; left 15.01 and 12.01."""
    books.grant(1, on="01/05")
    lot = Lot.objects.get()
    lot.pk, lot.face_minor, lot.face_left_minor, lot.paid_minor, lot.paid_left_minor = None, 2500, 2500, 2000, 2000
    from subledger.wallets.services.purses import standing_of

    lot.pk = 1
    standing = standing_of(lot)
    assert [standing.take(333) for _ in range(3)] == [266, 267, 266]
    assert (standing.face_left, standing.paid_left) == (1501, 1201)


def test_tax_of_a_wallet_debit(books: Wallets):
    """11.90 of paid money at 19 %: Dr 2300 11.90 / Cr revenue 10.00, Cr 2200 1.90."""
    access = books.product("access", percent=19)
    books.top_up("11.90", on="01/05")
    made = books.debit("11.90", on="02/05", product=access)
    assert (made.net_minor, made.discount_minor, made.tax_minor) == (1000, 0, 190)
    assert books.booked() == {"1010": 1190, "4000": -1000, "2200": -190}


def test_granted_credit_that_is_consumed_is_a_discount(books: Wallets):
    access = books.product("access", percent=19)
    books.grant("11.90", on="01/05")
    made = books.debit("11.90", on="02/05", product=access)
    assert (made.net_minor, made.discount_minor, made.tax_minor, made.paid_minor) == (1000, 1000, 0, 0)
    assert books.booked() == {"4000": -1000, "4100": 1000}


def test_a_debit_that_is_voided_gives_back_to_its_lots(books: Wallets):
    access = books.product("access", percent=19)
    books.grant(5, on="01/05")
    books.top_up(20, on="02/05")
    made = books.debit(15, on="03/05", product=access)
    books.void(made, on="04/05")
    assert books.in_wallet() == 25
    assert books.booked() == {"1010": 2000, "2300": -2000}
    assert not LotTake.objects.filter(ended_by=None).exists()


def test_a_credit_that_is_voided_lets_other_lots_pay(books: Wallets):
    """Money granted pays now for what was bought with money paid: the difference is a discount, and less tax."""
    access = books.product("access", percent=19)
    paid = books.top_up("11.90", on="01/05")
    books.debit("11.90", on="02/05", product=access)
    books.grant("11.90", on="03/05")
    books.cancel(paid, on="04/05")
    assert books.in_wallet() == 0
    assert books.booked() == {"4000": -1000, "4100": 1000}


def test_money_goes_between_wallets_with_its_paid_value(books: Wallets):
    other = books.open("Bea")
    books.top_up(10, on="01/05")
    books.grant(1, account=other, on="01/05")
    moved = books.transfer(4, books.account, other, on="02/05")
    assert (books.in_wallet(), books.in_wallet(other)) == (6, 5)
    books.void(moved, on="03/05")
    assert (books.in_wallet(), books.in_wallet(other)) == (10, 1)


def test_a_payment_that_moves_to_another_account_takes_its_wallet_credit_along(books: Wallets):
    other = books.open("Bea")
    paid = books.top_up(10, on="01/05")
    books.move(paid, other, on="02/05")
    assert (books.in_wallet(), books.in_wallet(other)) == (0, 10)
    assert (books.balance(), books.balance(other)) == (0, 0)


def test_the_void_of_a_funded_credit_cancels_its_invoice(books: Wallets):
    books.top_up(10, on="01/05")
    credit = books.wallet().entries.get()
    void = books.void(credit, on="02/05")
    assert (books.balance(), books.in_wallet(), void.cause) == (Decimal(-10), 0, "cancellation")


def test_what_expires_is_breakage(books: Wallets):
    """Granted 5.00 and, of a top-up of 10.00, nothing expires; the grant's last day is over: its paid value is none."""
    books.top_up(10, on="01/05")
    books.grant(5, on="01/05", expires="10/05")
    lots = list(Lot.objects.values_list("pk", flat=True))
    made = expire_lots(lot_ids=lots, as_of=day("11/05"), actor="test")
    assert [(one.face_minor, one.paid_minor) for one in made.values()] == [(-500, 0)]
    assert books.in_wallet() == 10
    assert expire_lots(lot_ids=lots, as_of=day("11/05"), actor="test") == {}


def test_a_run_forfeits_what_is_over_once(books: Wallets):
    books.grant(5, on="01/05", expires="10/05")
    books.grant(3, on="02/05", expires="30/05")
    made = create_definition(kind="wallet-expiry", name="Expiry", criteria={}, schedule={}, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    for done in ({"succeeded": 1}, {}):
        run = start_definition(definition_id=made.pk, as_of=day("20/05"), actor="test")
        worker.work(run.pk)
        assert {tally.outcome: tally.steps for tally in tallies_of(run.pk)} == done
    assert books.in_wallet() == 3


def test_paid_values_of_the_report_are_the_ledger_account(books: Wallets):
    """Whatever came to pay for what: as of every day."""
    access, other = books.product("access", percent=19), books.open("Bea")
    paid = books.top_up("11.90", on="01/05")
    books.top_up(10, account=other, on="01/05")
    books.debit("11.90", on="02/05", product=access)
    books.transfer(4, other, books.account, on="02/05")
    books.grant("11.90", on="03/05")
    books.cancel(paid, on="04/05")
    days = {"01/05": (2190, 2190), "02/05": (1000, 1000), "03/05": (2190, 1000), "04/05": (1000, 600)}
    for on, (balance, value) in days.items():
        [total] = wallet_balances(as_of=day(on)).totals
        assert total[-2:] == (balance, value), on
        lines = JournalLine.objects.filter(ledger_account__code="2300", entry__effective_on__lte=day(on))
        assert sum(line.credit_minor - line.debit_minor for line in lines) == value


def test_a_void_of_a_past_day_lets_later_lots_pay(books: Wallets):
    """40.00 spent, 30.00 credited later, the 40.00 taken back on a day before: nothing is left, 10.00 are short."""
    first = books.top_up(40, on="01/05")
    books.debit(40, on="02/05")
    books.top_up(30, on="06/05")
    books.cancel(first, on="05/05")
    wallet = books.wallet()
    assert (wallet.left_minor, wallet.short_minor) == (0, 1000)
    with pytest.raises(InsufficientFunds):
        books.debit(1, on="07/05")


def test_each_day_of_a_set_has_its_own_lots(books: Wallets):
    """Many small lots that end between the days of two debits: the first takes them all before the one that stays."""
    for _ in range(29):
        books.grant("0.01", on="01/05", expires="15/05")
    books.top_up(100, on="01/05")
    wallet = books.wallet().pk
    days = ("10/05", "20/05")
    new = [NewDebit(wallet_id=wallet, amount_minor=1000, posted_on=day(on)) for on in days]
    made = debit_wallets(new=new, actor="test")
    assert [one.paid_minor for one in made] == [-971, -1000]


def test_a_company_that_lets_no_wallet_be_overdrawn_refuses_what_would(books: Wallets):
    spent, kept = books.top_up(40, on="01/05"), books.top_up(10, on="01/05")
    books.debit(45, on="02/05")
    WalletDefinition.objects.update(may_overdraw=False)
    with pytest.raises(ConsequenceRefused, match=r"Of the credit WTX0+1, 35\.00 EUR is spent"):
        books.cancel(spent, on="03/05")
    answers = actions.cancel(
        orders=[Cancel(target_id=one.id, amount=ALL) for one in (spent, kept)], actor="test", collect=True
    )
    assert [type(one) for one in answers] == [ConsequenceRefused, ConsequenceRefused]
    assert books.in_wallet() == 5


def test_documents_of_the_types_of_wallets_are_posted_by_wallets_alone(books: Wallets):
    with pytest.raises(ConsequenceRefused, match="Documents of the type 'Wallet funding' are posted by wallets alone"):
        books.invoice(10, type_id=books.type("wallet_funding"))
    with pytest.raises(ConsequenceRefused, match="'Wallet reimbursement'"):
        books.credit_note(10, type_id=books.type("wallet_reimbursement"))
