"""Scenarios 1 to 4 of the specification (section 17) through the services; scenario 5 is in test_due_dates.py."""

from __future__ import annotations

from decimal import Decimal

from tests.factories import AGAINST_ITEM, FIFO, Ledger

from subledger.accounts.services import change_account_state
from subledger.transactions.models import Reason, Transaction, TransactionItem
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.drafts import reject_drafts, save_drafts
from subledger.transactions.states import Classification


def test_scenario_1_monthly_refund_of_negative_balances_through_the_bank(ledger: Ledger):
    a, b, c, d = (ledger.open(name) for name in "ABCD")
    ledger.payment(45, account=a)
    ledger.payment("12.50", account=b)
    ledger.invoice(20, account=c)
    assert [ledger.balance(x) for x in (a, b, c, d)] == [-45, Decimal("-12.50"), 20, 0]

    negative = [x for x in (a, b, c, d) if ledger.balance(x) < 0]
    new = [ledger.new(Classification.REFUND, -ledger.balance(x), account=x) for x in negative]
    drafts = save_drafts(new=new, actor="test")
    assert [(t.account_id, t.amount_minor) for t in drafts] == [(a.pk, 45_00), (b.pk, 12_50)]
    assert [ledger.balance(x) for x in (a, b)] == [-45, Decimal("-12.50")], "a draft has no effect"

    post_drafts(drafts=[Post(draft_id=drafts[0].pk)], actor="test")  # the bank paid A out
    reject_drafts(transaction_ids=[drafts[1].pk], reason=Reason.objects.first(), actor="test")  # and refused B

    states = Transaction.objects.filter(pk__in=[t.pk for t in drafts]).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["posted", "rejected"]
    assert [ledger.balance(x) for x in (a, b, c, d)] == [0, Decimal("-12.50"), 20, 0]


def test_scenario_2_cancel_posted_invoices_created_by_error(ledger: Ledger):
    inv = ledger.invoice(200, tax=19)
    pay = ledger.payment(100)
    assert (inv.amount_minor, ledger.balance()) == (238_00, 138)

    ic = ledger.cancel(inv, issue_reason="Wrong customer: order 77")
    row = Transaction.objects.get(pk=ic.id)
    assert (ic.amount_minor, row.state, row.issue_reason) == (238_00, "posted", "Wrong customer: order 77")
    assert (row.net_minor, row.tax_minor, row.cancels_id) == (200_00, 38_00, inv.id)
    assert ledger.state(inv) == "cancelled"
    assert (ledger.unallocated(pay), ledger.balance()) == (100, -100)
    copied = TransactionItem.objects.get(transaction_id=ic.id)
    assert (copied.net_minor, copied.tax_minor, copied.sub_total_minor) == (200_00, 38_00, 238_00)


def test_scenario_3_bank_payments_import_with_suspense_account(ledger: Ledger):
    suspense = ledger.system("suspense")
    acr1, acr2, acr3, acr4, acr5 = (ledger.open(f"ACR{n}") for n in range(1, 6))
    ledger.invoice(60, account=acr1)
    ledger.invoice(50, account=acr2)
    change_account_state(account_id=acr3.pk, action="terminate", actor="test")

    ledger.payment(60, account=acr1)  # line 1
    unknown = ledger.payment(35, account=suspense)  # line 2: unknown account
    terminated = ledger.payment(20, account=suspense)  # line 3: ACR3 is terminated
    mismatch = ledger.payment(10, account=suspense)  # line 4: ACR4 belongs to somebody else
    assert (ledger.balance(acr1), ledger.balance(suspense)) == (0, -65)

    moved = ledger.move(unknown, acr2)
    ledger.move(mismatch, acr5)
    assert [ledger.balance(x) for x in (acr2, acr3, acr4, acr5)] == [15, 0, 0, -10]
    assert ledger.balance(suspense) == -20
    assert ledger.unallocated(terminated) == 20
    row = Transaction.objects.get(pk=moved.id)
    assert (row.moved_from_id, row.account_id, ledger.state(unknown)) == (unknown.id, acr2.pk, "cancelled")


def test_scenario_4_two_cards_15_percent_and_20_euro_discount(ledger: Ledger):
    items = (
        NewItem(
            unit_amount=Decimal(100_00), discount_percent=Decimal(15), tax_percent=Decimal(19), description="Card A"
        ),
        NewItem(unit_amount=Decimal(100_00), discount_minor=20_00, tax_percent=Decimal(19), description="Card B"),
    )
    inv = ledger.invoice(items=items)
    columns = ("unit_amount", "net_minor", "discount_percent", "discount_minor", "tax_minor", "sub_total_minor")
    assert list(TransactionItem.objects.filter(transaction_id=inv.id).order_by("position").values_list(*columns)) == [
        (100_00, 100_00, 15, 15_00, 16_15, 101_15),
        (100_00, 100_00, 20, 20_00, 15_20, 95_20),
    ]
    row = Transaction.objects.get(pk=inv.id)
    assert (row.net_minor, row.discount_minor, row.tax_minor, row.amount_minor) == (200_00, 35_00, 31_35, 196_35)


def test_write_off_of_a_partly_paid_invoice_119_less_50_leaves_69(ledger: Ledger):
    inv = ledger.invoice(100, tax=19, on="01/05", due="01/06")
    pay = ledger.payment(50, on="02/05")
    assert (inv.amount_minor, ledger.balance()) == (119_00, 69)

    wof = ledger.write_off(inv, on="20/05", issue_reason="insolvent")
    row = Transaction.objects.get(pk=wof.id)
    assert (row.amount_minor, row.net_minor, row.tax_minor) == (69_00, 57_98, 11_02)
    assert ledger.state(inv) == "written_off"
    assert (ledger.unsettled(inv), ledger.balance()) == (0, 0)
    assert ledger.links() == {(pay.number, inv.number, 50, FIFO), (wof.number, inv.number, 69, AGAINST_ITEM)}

    mirror = Transaction.objects.get(mirrors_id=wof.id)
    assert (mirror.classification, mirror.amount_minor, mirror.tax_minor) == ("invoice", 69_00, 11_02)
    assert ledger.balance(ledger.system("write_off")) == 69
    assert TransactionItem.objects.get(transaction_id=wof.id).product.code == "write-off"


def test_quick_pay_settles_the_chosen_invoice_even_under_fifo(ledger: Ledger):
    from tests.factories import configure

    configure(allocation_principle="fifo")
    older = ledger.invoice(100, due="01/06")
    chosen = ledger.invoice(60, due="10/06")
    pay = ledger.quick_pay(chosen)
    assert pay.amount_minor == 60_00
    assert ledger.links() == {(pay.number, chosen.number, 60, AGAINST_ITEM)}
    assert (ledger.unsettled(older), ledger.unsettled(chosen)) == (100, 0)
