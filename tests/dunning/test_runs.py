"""The daily run: worked examples by name, one message an account and day, and what is left alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from tests.dunning.conftest import WORKED, Dunned, on, plan_of_levels
from tests.dunning.conftest import levels_of as levels_written
from tests.factories import Amount, refused_by
from tests.messages.conftest import address_of, has_gone

from subledger.accounts.models import AccountClassification, Customer
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.dunning.models import DunningClaim, DunningLevel, DunningPlan, DunningRecord
from subledger.dunning.printouts import letter_of, letter_records
from subledger.dunning.queries import dunning_of, facts_of, levels_of, plans_of, reached_of, standing_of
from subledger.dunning.rules.levels import DunningStanding, reached
from subledger.dunning.services.printouts import print_letter
from subledger.journal.models import JournalLine
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.sentences import said
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.translation import in_language
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.scope import current_company_id
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, break_promises, make_promise
from subledger.reports.catalogue import report_named
from subledger.segments.services import create_segment
from subledger.transactions.errors import AlreadySettled
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts, write_off
from subledger.transactions.services.drafts import reject_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def test_worked_example_7_9(dunned: Dunned):
    """Sent 07/06, 13/06, 24/06 with a fee; 60.00 paid 26/06; 10/07 final over 40.00 and the fee; 25/07 end."""
    plan_of_levels()
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    for day in ("06/06", "07/06", "08/06", "12/06", "13/06", "24/06", "25/06"):
        dunned.run(day)
    assert dunned.told() == [("Notice", "07/06", "sent"), ("Reminder", "13/06", "sent"),
                             ("Second reminder", "24/06", "sent")]  # fmt: skip
    [fee] = dunned.claims("late_fee")
    assert (fee.amount_minor, fee.invoice.state, fee.invoice.type.code) == (500, "draft", "late_fee")
    assert fee.invoice.metadata == {"late_payment_of": str(Transaction.objects.get(pk=invoice.id))}
    assert "€5.00" in dunned.mails()[-1].body  # it says what is charged
    with dunned.at("25/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")  # claimed
    dunned.pay(60, "26/06", to=[invoice])
    dunned.run("09/07")
    dunned.run("10/07")
    final = dunned.mails()[-1]
    assert (len(dunned.mails()), final.kind) == (4, "dunning_final")
    assert "€40.00" in final.body
    assert "€45.00" in final.body  # with the fee, which was claimed
    dunned.run("25/07")
    dunned.run("26/07")
    assert dunned.told(invoice.id)[3:] == [("Final", "10/07", "sent"), ("End", "25/07", "silent")]
    assert DunningRecord.objects.get(level_name="End").after == "hand_over"
    assert len(dunned.mails()) == 4


def test_a_posted_late_charge_is_income_of_its_own_without_tax(dunned: Dunned):
    plan_of_levels()
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("24/06")
    [fee] = dunned.claims("late_fee")
    with dunned.at("24/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")
    fee.invoice.refresh_from_db()
    assert (fee.invoice.amount_minor, fee.invoice.tax_minor) == (500, 0)
    lines = JournalLine.objects.filter(entry_id=fee.invoice_id).values_list(
        "ledger_account__code", "debit_minor", "credit_minor"
    )
    assert sorted(lines) == [("1200", 500, 0), ("4400", 0, 500)]
    dunned.run("31/12")  # a late charge is not dunned by itself, and bears no interest
    assert {row.document_id for row in DunningRecord.objects.all()} == {fee.document_id}


def test_documents_of_an_account_share_a_message_of_the_highest_level(dunned: Dunned):
    plan_of_levels()
    first = dunned.ledger.invoice(100, on="01/06", due="01/06")
    second = dunned.ledger.invoice(50, on="01/06", due="28/06")
    other = dunned.ledger.open("Bob")
    Customer.objects.filter(pk=other.customer_id).update(email="bob@example.com", language="de")
    dunned.ledger.invoice(70, account=other, on="01/06", due="28/06")
    run = dunned.run("01/07")
    mails = dunned.mails()
    assert [(mail.recipient, mail.kind) for mail in mails] == [
        ("ana@example.com", "dunning_final"),
        ("bob@example.com", "dunning_reminder"),
    ]
    assert all(text in mails[0].body for text in ("€100.00", "€50.00", "€150.00"))
    assert "70,00" in mails[1].body
    assert run.steps.filter(outcome="succeeded").count() == 3
    assert dunned.told(first.id) == [
        ("Notice", "01/07", "overtaken"), ("Reminder", "01/07", "overtaken"), ("Second reminder", "01/07", "overtaken"),
        ("Final", "01/07", "sent"),
    ]  # fmt: skip
    assert dunned.told(second.id)[-1] == ("Reminder", "01/07", "sent")
    assert not dunned.run("01/07").steps.exists()  # again at once: nothing new
    assert len(dunned.mails()) == 2


@pytest.mark.wide
def test_what_is_paid_cancelled_or_written_off_is_left_alone_and_what_is_opened_again_goes_on(dunned: Dunned):
    plan_of_levels()
    ledger = dunned.ledger
    paid, cancelled, lost = (ledger.invoice(100, on="01/06", due="10/06") for _ in range(3))
    dunned.run("13/06")
    with dunned.at("14/06"):
        payment = ledger.payment(100, on="14/06", to=[paid])
        ledger.cancel(cancelled, on="14/06")
        ledger.write_off(lost, on="14/06")
    assert not dunned.run("24/06").steps.exists()
    with dunned.at("26/06"):
        ledger.cancel(payment, on="26/06")
    dunned.run("26/06")
    assert dunned.told(paid.id)[-1] == ("Second reminder", "26/06", "sent")
    assert len(dunned.mails()) == 2


def test_after_the_end_nothing_comes_though_the_plan_grows_or_another_serves(dunned: Dunned):
    plan = plan_of_levels()
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("25/07")
    end = DunningLevel.objects.get(plan=plan, number=5)
    save_entry(model=DunningLevel, ident=end.pk, values={"is_active": False}, actor="t")
    again = (6, "Again", 60, "dunning_reminder", 5, "go_on")
    levels_written(plan, [again])
    assert not dunned.run("10/08").steps.exists()
    other = save_entry(model=DunningPlan, ident=None, values={"name": "Other", "code": "other"}, actor="t")
    levels_written(other, [again])
    save_entry(model=DunningPlan, ident=other.pk, values={"is_default": True}, actor="t")
    assert not dunned.run("11/08").steps.exists()
    assert dunned.told(invoice.id)[-1] == ("End", "25/07", "silent")
    found = dunning_of(transaction_by_id(invoice.id), as_of=on("11/08"))
    assert (found.plan, found.coming, found.is_over) == (other, None, True)


@pytest.mark.wide
def test_an_account_that_nobody_can_write_to_gets_a_letter_to_print(dunned: Dunned):
    plan_of_levels()
    address_of(dunned.ledger, "")
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    record = DunningRecord.objects.get(outcome="to_print")
    assert "e-mail" in record.why
    with in_language("de"):
        assert said(record.reasons) == "Niemand dort hat eine E-Mail-Adresse, die Mahnungen erhält."
    old = DunningRecord(why="Nobody there is written to.", sentences={})
    with in_language("de"):
        assert said(old.reasons) == old.why, "kept before sentences were"
    assert not dunned.mails()
    printed = print_letter(record_id=record.pk, actor="ann")
    assert printed.content.startswith(b"%PDF")
    record.refresh_from_db()
    assert record.outcome == "printed"
    assert print_letter(record_id=record.pk, actor="ann").content == printed.content  # the copy that is kept
    assert Event.objects.filter(type="invoice.dunning_letter_printed", object_id=invoice.id).count() == 1
    address_of(dunned.ledger, "gone@example.com")
    suppress_address(address="gone@example.com", reason=SuppressionReason.BOUNCED, note="", actor="ann")
    dunned.run("24/06")
    assert DunningRecord.objects.get(outcome="to_print").why.startswith("gone@example.com gets no mail")


def test_a_printed_letter_is_written_as_in_the_customers_country(dunned: Dunned):
    plan_of_levels()
    address_of(dunned.ledger, "", language="de-CH")
    dunned.ledger.invoice(123456, on="01/06", due="10/06")
    dunned.run("13/06")
    record = DunningRecord.objects.get(outcome="to_print")
    document = letter_of(letter_records(record.pk)).document
    assert (document.language, document.locale) == ("de", "de-CH")
    assert "EUR 123’456.00" in " ".join(document.notes)


def test_the_end_of_dunning_writes_off_the_document_and_its_late_charges(dunned: Dunned):
    plan_of_levels([*WORKED[:4], (5, "End", 45, None, None, "write_off")])
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("24/06")
    [fee] = dunned.claims("late_fee")
    with dunned.at("24/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")
    dunned.run("25/07")
    states = Transaction.objects.filter(pk__in=[invoice.id, fee.invoice_id]).values_list("state", flat=True)
    assert set(states) == {"written_off"}
    assert dunned.ledger.balance(as_of="25/07") == 0
    assert DunningRecord.objects.get(level_name="End").after == "write_off"


def test_a_late_charge_that_could_not_be_written_off_is_named_by_the_record(dunned: Dunned, monkeypatch):
    plan_of_levels([*WORKED[:4], (5, "End", 45, None, None, "write_off")])
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("24/06")
    [fee] = dunned.claims("late_fee")
    with dunned.at("24/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")

    def refusing(*, orders: Any, **named: Any) -> Any:
        assert [order.target_id for order in orders] == [invoice.id, fee.invoice_id]
        return [*write_off(orders=orders[:1], **named), AlreadySettled("LF-1", action="write it off")]

    monkeypatch.setattr("subledger.dunning.services.endings.write_off", refusing)
    dunned.run("25/07")
    end = DunningRecord.objects.get(level_name="End")
    assert (end.after, str(end.outcome)) == ("write_off", "silent")
    charge = Transaction.objects.get(pk=fee.invoice_id)
    assert charge.state == "posted"
    assert end.why.startswith(f"Late charge {charge.number} was not written off: Cannot write it off")


def test_who_reaches_which_level_next_is_what_the_runs_of_those_days_tell(dunned: Dunned):
    plan_of_levels()
    fresh = dunned.ledger.invoice(100, on="01/06", due="14/06")
    late = dunned.ledger.invoice(50, on="01/05", due="20/05")
    promised = dunned.ledger.invoice(70, on="01/06", due="10/06")
    agreed = [Instalment(on("05/06"), None)]
    make_promise(new=NewPromise(document_id=promised.id, instalments=agreed), actor="test")
    rows = report_named("dunning-coming").run(as_of=on("03/06")).as_dicts()
    found = [(row["on"], row["level"], row["document"], row["open"]) for row in rows]
    assert found == [
        (on("03/06"), "Second reminder", late.number, 50_00),
        (on("11/06"), "Notice", fresh.number, 100_00),
    ]
    dunned.run("03/06")
    dunned.run("11/06")
    told = [one for document in (late, fresh) for one in dunned.told(document.id) if one[2] == "sent"]
    assert told == [("Second reminder", "03/06", "sent"), ("Notice", "11/06", "sent")]


def test_what_is_written_off_is_charged_no_fee(dunned: Dunned):
    """Such a level cannot be saved any more; of one from before no fee is drafted."""
    plan_of_levels([(1, "End", 3, "dunning_final", None, "write_off")])
    DunningLevel.objects.update(fee=Decimal(500), currency="eur")
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    assert Transaction.objects.get(pk=invoice.id).state == "written_off"
    assert not dunned.claims("late_fee")
    assert DunningRecord.objects.get().why == "No fee was drafted: the document is written off."


def test_a_fee_in_another_currency_is_not_drafted_and_says_so(dunned: Dunned):
    plan_of_levels()
    other = dunned.ledger.open("Sue", currency="usd")
    enter_rates(rates=[NewRate("usd", on("01/06"), Decimal("0.9"))], actor="test")
    invoice = dunned.ledger.invoice(100, account=other, on="01/06", due="10/06")
    dunned.run("24/06")
    assert not dunned.claims("late_fee")
    assert "USD" in DunningRecord.objects.get(document_id=invoice.id, level_number=3).why


def test_plans_serve_their_classifications_by_rank_and_the_default_everybody_else(dunned: Dunned):
    standard = plan_of_levels()
    shops = AccountClassification.objects.create(company_id=current_company_id(), code="shops", name="Shops")
    quiet = save_entry(
        model=DunningPlan, ident=None, values={"code": "quiet", "name": "Quiet", "classifications": [shops]}, actor="t"
    )
    later = save_entry(
        model=DunningPlan, ident=None,
        values={"code": "later", "name": "Later", "classifications": [shops], "rank": 200}, actor="t",
    )  # fmt: skip
    account = dunned.ledger.open("Shop")
    account.classification = shops
    account.save(update_fields=["classification"])
    both = [account.pk, dunned.ledger.account.pk]
    assert plans_of(both, as_of=on("01/06")) == {account.pk: quiet, dunned.ledger.account.pk: standard}
    dunned.ledger.invoice(100, account=account, on="01/06", due="10/06")
    assert not dunned.run("13/06").steps.exists()  # its plan has no levels
    save_entry(model=DunningPlan, ident=quiet.pk, values={"is_active": False}, actor="t")
    assert plans_of(both, as_of=on("01/06"))[account.pk] == later
    owing = create_segment(name="Owing", about="accounts", criteria={"standing": "owes"}, actor="t")
    save_entry(model=DunningPlan, ident=standard.pk, values={"segment": owing}, actor="t")
    assert plans_of(both, as_of=on("01/06"))[account.pk] == standard  # a segment goes before a classification
    payments = create_segment(name="All", about="transactions", criteria={}, actor="t")
    with pytest.raises(ConfigurationInvalid) as refusal:
        save_entry(model=DunningPlan, ident=later.pk, values={"segment": payments}, actor="t")
    assert refusal.value.param == "/segment"


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"days": 3}, "/days"),
        ({"days": -5}, "/days"),
        ({"number": 6, "days": 50}, "/number"),
        ({"number": 2, "days": 5}, "/number"),
        ({"after": "write_off"}, "/after"),
        ({"fee": Decimal("10.5"), "currency": "eur"}, "/fee"),
        ({"fee": Decimal(500), "currency": "eur", "number": 6, "days": 60, "after": "write_off"}, "/fee"),
        ({"fee": Decimal(500)}, "/currency"),
        ({"currency": "eur"}, "/fee"),
        ({"fee": Decimal(0), "currency": "eur"}, "/fee"),
    ],
)
def test_levels_that_contradict_their_plan_are_refused_beside_the_field(dunned: Dunned, values, param):
    plan = plan_of_levels([(1, "Notice", -3, "dunning_notice", None, "go_on"), (2, "First", 3, None, None, "go_on"),
                           (5, "End", 45, None, None, "stop")])  # fmt: skip
    told = {"plan": plan, "number": 3, "name": "New", "days": 14, "message": None, "after": "go_on", **values}
    with pytest.raises(ConfigurationInvalid) as refusal:
        save_entry(model=DunningLevel, ident=None, values=told, actor="test")
    assert refusal.value.param == param


def test_the_database_holds_a_level_of_a_document_once_and_records_as_they_are(dunned: Dunned):
    plan_of_levels(percent=9)
    dunned.ledger.invoice(100_000, on="01/06", due="10/06")
    dunned.run("24/06")
    row = DunningRecord.objects.get(outcome="sent")
    twin = DunningRecord.objects.get(pk=row.pk)
    twin.pk, twin._state.adding = row.pk + 1, True
    with refused_by("dunning_record_once"):
        twin.save(force_insert=True)
    with refused_by("dunning_record_stays"):
        DunningRecord.objects.filter(pk=row.pk).update(open_minor=1)
    [claim] = dunned.claims()
    with refused_by("dunning_claim_stays"):
        DunningClaim.objects.filter(pk=claim.pk).update(amount_minor=1)


# ---- interest


def test_worked_example_7_11(dunned: Dunned):
    """1,000.00 due 10/06 at 9 %; 400.00 paid 30/06, 600.00 paid 20/07: 7.89, once both are paid."""
    plan_of_levels((), percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.pay(400, "30/06", to=[invoice])
    assert not dunned.claims()
    dunned.pay(600, "20/07", to=[invoice])
    [claim] = dunned.claims()
    assert (claim.from_on, claim.through_on, claim.amount_minor) == (on("11/06"), on("20/07"), 789)
    assert (claim.invoice.state, claim.invoice.type.code) == ("draft", "late_interest")
    assert "11 June 2026" in claim.invoice.items.get().description


def test_interest_is_drafted_with_the_levels_and_up_to_the_payment_between_two_runs(dunned: Dunned):
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    dunned.pay(1000, "30/06", to=[invoice])
    dunned.run("10/07")
    spans = [(claim.from_on, claim.through_on, claim.amount_minor) for claim in dunned.claims()]
    assert spans == [(on("11/06"), on("24/06"), 345), (on("25/06"), on("30/06"), 148)]
    dunned.heard = 0
    dunned.hear()  # a listener may hear the same again
    assert len(DunningClaim.objects.filter(kind="late_interest")) == 2


def test_a_payment_known_later_than_its_day_has_drafts_made_anew_but_nothing_that_was_decided(dunned: Dunned):
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    with dunned.at("25/06"):
        dunned.ledger.payment(1000, on="20/06", to=[invoice])  # the bank's file came the day after
        dunned.hear()
    [claim] = dunned.claims()
    assert (claim.from_on, claim.through_on, claim.amount_minor) == (on("11/06"), on("20/06"), 247)
    [stale] = DunningClaim.objects.exclude(superseded_at=None)
    assert (stale.invoice.state, stale.invoice.rejection_reason.code) == ("rejected", "recalculated")
    second = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("26/06")
    waived = next(one for one in dunned.claims() if one.document_id == second.id)
    reject_drafts(transaction_ids=[waived.invoice_id], reason=Reason.objects.get(code="mistake"), actor="ann")
    with dunned.at("27/06"):
        dunned.ledger.payment(1000, on="20/06", to=[second])
        dunned.hear()
    assert [one.pk for one in dunned.claims() if one.document_id == second.id] == [waived.pk]


@pytest.mark.parametrize(("share", "left"), [(1000, []), ("999.99", []), (400, [207])])
def test_what_is_credited_of_an_invoice_was_never_owed(dunned: Dunned, share: Amount, left: list[int]):
    """Of 1,000.00 nothing, a cent or 600.00 was: fourteen days at 9 % are 0.00, 0.00 (0.0003), 2.07 (2.0712)."""
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    with dunned.at("30/06"):
        dunned.ledger.credit_note(share, on="30/06", to=[invoice])
        dunned.hear()
    claims = DunningClaim.objects.filter(document_id=invoice.id, kind="late_interest").order_by("pk")
    assert [one.amount_minor for one in claims] == [345, *left]
    assert [one.invoice.state for one in claims] == ["rejected", *("draft" for _ in left)]
    dunned.run("10/07")
    later = [one.amount_minor for one in claims.all() if one.through_on == on("10/07")]
    assert later == ([237] if left else []), "sixteen days more of 600.00"


def test_a_credit_for_something_else_settles_on_its_day(dunned: Dunned):
    plan_of_levels(percent=9)
    other = dunned.ledger.invoice(400, on="01/06", due="10/08")
    dunned.pay(400, "02/06", to=[other])
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    with dunned.at("30/06"):
        dunned.ledger.credit_note(400, on="30/06", to=[other])
        dunned.hear()
    dunned.run("10/07")
    interest = [one.amount_minor for one in dunned.claims() if one.document_id == invoice.id]
    assert interest == [345, 296], "six days of 1,000.00 and ten of 600.00"


def test_interest_of_a_payment_that_came_back_runs_on(dunned: Dunned):
    """1,000.00 due 10/06 at 9 %, paid 30/06, returned 05/07, paid 15/07: 35 days, 8.63 (not 30 days, 7.39)."""
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    debit = dunned.pay(1000, "30/06", to=[invoice])
    with dunned.at("05/07"):
        dunned.ledger.cancel(debit, on="05/07")
        dunned.hear()
    dunned.run("10/07")
    dunned.pay(1000, "15/07", to=[invoice])
    interest = [one for one in dunned.claims() if one.kind == "late_interest"]
    assert [(str(one.from_on), str(one.through_on), one.amount_minor) for one in interest] == [
        ("2026-06-11", "2026-06-30", 493), ("2026-07-01", "2026-07-10", 247), ("2026-07-11", "2026-07-15", 123),
    ]  # fmt: skip
    assert sum(one.amount_minor for one in interest) == 863


def test_of_a_cancelled_invoice_the_drafts_are_rejected(dunned: Dunned):
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    with dunned.at("25/06"):
        dunned.ledger.cancel(invoice, on="25/06")
        dunned.hear()
    claims = DunningClaim.objects.filter(document_id=invoice.id)
    assert {claim.kind for claim in claims} == {"late_fee", "late_interest"}
    assert {claim.invoice.state for claim in claims} == {"rejected"}


def test_has_gone_is_not_told_again(dunned: Dunned):
    """What a mail server took is recorded, and stays so whatever becomes of its message."""
    plan_of_levels()
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    has_gone()
    dunned.run("14/06")
    assert len(dunned.mails()) == 1


# ---- promises and disputes


def test_worked_example_7_10(dunned: Dunned):
    """300.00 due 10/06, promised 100.00 on 01/07, 01/08, 01/09; 100.00 paid 01/07; broken 04/08, next level 05/08."""
    plan_of_levels()
    invoice = dunned.ledger.invoice(300, on="01/06", due="10/06")
    dunned.run("13/06")
    with dunned.at("14/06"):
        instalments = [Instalment(on(day), 10_000) for day in ("01/07", "01/08", "01/09")]
        make_promise(new=NewPromise(document_id=invoice.id, instalments=instalments), actor="test")
    held = dunned.run("24/06").steps.get()
    assert (held.outcome, held.reason) == ("not_taken", "promised")
    assert dunning_of(transaction_by_id(invoice.id), as_of=on("24/06")).reason == "promised"
    dunned.pay(100, "01/07", to=[invoice])
    assert dunned.run("03/08").steps.get().reason == "promised"
    with dunned.at("04/08"):
        assert break_promises() == 1
    assert not dunned.run("04/08").steps.exists()
    assert dunning_of(transaction_by_id(invoice.id), as_of=on("04/08")).coming.on == on("05/08")
    dunned.run("05/08")
    dunned.run("06/08")
    assert dunned.told(invoice.id)[2:] == [("Second reminder", "05/08", "sent")]
    assert "€200.00" in dunned.mails()[-1].body
    dunned.run("21/08")  # sixteen days behind, as the plan has them
    assert dunned.told(invoice.id)[3:] == [("Final", "21/08", "sent")]


def test_what_is_disputed_is_left_alone_and_goes_on_the_day_after(dunned: Dunned):
    plan_of_levels()
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    with dunned.at("12/06"):
        dispute = open_dispute(document_id=invoice.id, reason="The hours of May.", actor="test")
    assert dunned.run("13/06").steps.get().reason == "disputed"
    with dunned.at("30/06"):
        close_dispute(dispute_id=dispute.pk, outcome="rejected", actor="test")
    assert not dunned.run("30/06").steps.exists()
    dunned.run("01/07")
    assert dunned.told() == [("Reminder", "01/07", "sent")]


def test_a_promise_may_waive_interest_while_it_is_not_broken(dunned: Dunned):
    plan_of_levels((), percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    with dunned.at("20/06"):
        said = NewPromise(document_id=invoice.id, instalments=[Instalment(on("30/06"), None)], waives_interest=True)
        make_promise(new=said, actor="test")
    dunned.pay(1000, "30/06", to=[invoice])
    [claim] = dunned.claims()
    assert (claim.from_on, claim.through_on, claim.amount_minor) == (on("11/06"), on("20/06"), 247)


def moved(plan: DunningPlan, name: str, days: int) -> None:
    row = plan.levels.get(name=name)
    save_entry(model=DunningLevel, ident=row.pk, values={"days": days}, actor="test")


def test_a_level_that_was_told_does_not_come_again_when_its_days_move(dunned: Dunned):
    """Told on its third day and moved to the seventh: the levels behind it come as their days say."""
    plan = plan_of_levels()
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    assert dunned.told()[-1] == ("Reminder", "13/06", "sent")
    moved(plan, "Reminder", 7)
    for day in ("17/06", "18/06"):
        assert not dunned.run(day).steps.exists()
    dunned.run("24/06")
    moved(plan, "Second reminder", 20)
    for day in ("30/06", "10/07", "25/07"):
        dunned.run(day)
    assert dunned.told()[2:] == [
        ("Second reminder", "24/06", "sent"), ("Final", "10/07", "sent"), ("End", "25/07", "silent"),
    ]  # fmt: skip


def test_levels_that_move_to_earlier_days_come_then(dunned: Dunned):
    """Level 2 was told on day 3 and stands on day 1 now, level 3 on day 3 instead of 14: it comes with the next run."""
    plan = plan_of_levels()
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    moved(plan, "Reminder", 1)
    moved(plan, "Second reminder", 3)
    for day in ("14/06", "15/06", "10/07"):
        dunned.run(day)
    assert dunned.told()[2:] == [("Second reminder", "14/06", "sent"), ("Final", "10/07", "sent")]
    assert len(dunned.claims("late_fee")) == 1


def test_a_new_level_below_one_that_was_told_does_not_come_wherever_that_moved(dunned: Dunned):
    """Level 3 was told on day 14 and stands on day 28 now; a level of day 20 is new, and below it."""
    plan = plan_of_levels(((1, "Reminder", 3, "dunning_reminder", None, "go_on"),
                           (3, "Second reminder", 14, "dunning_reminder", None, "go_on"),
                           (4, "Final", 30, "dunning_final", None, "go_on")))  # fmt: skip
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("24/06")
    moved(plan, "Second reminder", 28)
    levels_written(plan, ((2, "Between", 20, "dunning_reminder", None, "go_on"),))
    standing = dunning_of(transaction_by_id(invoice.id), as_of=on("24/06"))
    assert standing is not None
    assert standing.coming is not None
    assert (standing.names[standing.coming.level.id], standing.coming.on) == ("Final", on("10/07"))
    dunned.run("10/07")
    assert dunned.told()[2:] == [("Final", "10/07", "sent")]


@pytest.mark.wide
@pytest.mark.parametrize("is_moved", [False, True])
def test_the_statement_says_what_the_rule_says(dunned: Dunned, is_moved: bool):
    """Over documents of every age, recorded as far as any level, with and without a hold; on the days on which they
    were recorded, or moved since."""
    plan = plan_of_levels()
    levels, chosen = levels_of(plan), Random(7)
    documents = [dunned.ledger.invoice(10, on="01/06", due=f"{day:02}/06") for day in range(1, 25)]
    rows = Transaction.objects.in_bulk([one.id for one in documents])
    for one in documents:
        row = rows[one.id]
        for level in levels[: chosen.randrange(5)]:
            DunningRecord.objects.create(
                company_id=row.company_id, document_kind="invoice", document_id=row.pk, document_number=row.number,
                account=dunned.ledger.account, level=level, level_name=level.name, level_number=level.number,
                days=level.days, shift_days=chosen.choice((0, 0, 9)), due_on=row.due_on,
                recorded_on=row.due_on + timedelta(days=level.days), open_minor=1, currency="eur", outcome="silent",
                after=chosen.choice(("go_on", "go_on", "go_on", "stop")),
                created_at=clock.now(),
            )  # fmt: skip
        if chosen.random() < 0.5:
            with dunned.at("05/06"):
                dispute = open_dispute(document_id=one.id, reason="Wrong.", actor="test")
            with dunned.at(f"{chosen.randrange(6, 28):02}/07"):
                close_dispute(dispute_id=dispute.pk, outcome="rejected", actor="test")
    if is_moved:
        for level, days in zip(reversed(levels), (50, 33, 31, 12, -1), strict=True):
            moved(plan, level.name, days)
        moved(plan, "Reminder", 2)
        levels = levels_of(plan)
    for day in ("10/06", "25/06", "14/07", "01/08", "30/09"):
        found = {
            one.document_id: (one.level_id, one.shift)
            for one in reached_of(account_ids=[dunned.ledger.account.pk], as_of=on(day))
        }
        for row in rows.values():
            standing: DunningStanding = standing_of(row.pk, due_on=row.due_on, plan_id=plan.pk)
            hit = reached(facts_of(levels), standing, as_of=on(day))
            assert found.get(row.pk) == (None if hit is None else (hit.level.id, hit.shift)), (row, day, standing)
