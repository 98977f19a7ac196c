"""One thing done to many: what is shown before is what is done, and what one is refused for leaves the others done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.factories import Ledger, company_at_work

from subledger.accounts.services import change_account_state
from subledger.journal.services import close_period
from subledger.kernel.errors import NotFound
from subledger.messages.models import Message
from subledger.platform.callers import Caller, calling
from subledger.runs.models import Run
from subledger.runs.services.control import pause_run, resume_run
from subledger.runs.services.worker import work
from subledger.runs.states import Outcome
from subledger.transactions.bulk_errors import BulkDiffers, BulkInvalid
from subledger.transactions.errors import ReasonInvalid
from subledger.transactions.models import PaymentMethod, Reason, Transaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services import bulk as bulks
from subledger.transactions.services.bulk import Act, Bulk, failed_of, plan, start_bulk
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft
from subledger.transactions.services.posting import execute
from subledger.transactions.services.prints import asked_of
from subledger.transactions.states import Classification as C


class Refused(Exception):
    pass


def drafts(ledger, *amounts, kind=C.INVOICE):
    return [row.pk for row in save_drafts(new=[ledger.new(kind, amount) for amount in amounts], actor="test")]


def looked_at(act, idents, **said):
    return plan(bulk=Bulk(act=act, transaction_ids=idents, **said), actor="test")


def begun(act, idents, **said) -> Run:
    bulk = Bulk(act=act, transaction_ids=idents, **said)
    return start_bulk(bulk=bulk, shown=plan(bulk=bulk, actor="test").digest, actor="test")


def done(act, idents, **said) -> Run:
    run = begun(act, idents, **said)
    work(run.pk)
    run.refresh_from_db()
    return run


def outcomes(run):
    return [(step.subject_id, step.outcome, step.reason) for step in run.steps.order_by("position")]


def states(idents):
    found = Transaction.objects.in_bulk(idents)
    return [found[ident].state for ident in idents]


def rejected(ledger):
    [ident] = drafts(ledger, 5)
    reject_drafts(transaction_ids=[ident], reason=Reason.objects.first(), actor="test")
    return ident


def only(*permissions):
    return calling(Caller("user:x", frozenset({"view", *permissions}), lambda one: Refused(one)))


def test_drafts_are_posted_and_what_is_none_is_left_alone(ledger):
    idents = drafts(ledger, 10, 20, 30)
    posted, gone = ledger.invoice(7, on="04/05").id, rejected(ledger)
    shown = looked_at(Act.POST, [*idents, posted, gone])
    assert [one.transaction_id for one in shown.possible] == idents
    assert [(why, len(those)) for why, those in shown.impossible.items()] == [("It is not a draft", 2)]
    [total] = shown.totals
    assert (total.currency, total.count, total.amount_minor) == ("eur", 3, 6_000)

    run = done(Act.POST, [*idents, posted, gone])
    assert (run.state, run.name) == ("completed", "Post 3 drafts")
    assert states(idents) == ["posted"] * 3
    assert outcomes(run) == [
        *((ident, Outcome.SUCCEEDED, "") for ident in idents),
        (posted, Outcome.NOT_TAKEN, "not_draft"),
        (gone, Outcome.NOT_TAKEN, "not_draft"),
    ]
    assert [step.detail for step in run.steps.order_by("position")][:3] == [
        Transaction.objects.get(pk=ident).number for ident in idents
    ]


def test_what_posting_refuses_is_shown_before_and_leaves_the_others_done(ledger):
    ledger.payment(50, on="04/05")
    [refund], idents = drafts(ledger, 50, kind=C.REFUND), drafts(ledger, 10, 20)
    ledger.refund(50, on="05/05")
    wanted = [idents[0], refund, idents[1]]
    shown = looked_at(Act.POST, wanted)
    assert [one.transaction_id for one in shown.possible] == idents
    [[refused]] = shown.impossible.values()
    run = done(Act.POST, wanted)
    assert states(wanted) == ["posted", "draft", "posted"]
    assert (run.state, run.name, failed_of(run)) == ("completed", "Post 2 drafts", [])
    step = run.steps.get(subject_id=refund)
    assert (step.outcome, step.reason, step.detail) == (Outcome.NOT_TAKEN, refused.reason, refused.why)


def test_what_was_refused_when_it_was_confirmed_stays_out_though_it_would_go_by_now(ledger):
    other, [ident] = ledger.open("Bob"), drafts(ledger, 10)
    [barred] = [row.pk for row in save_drafts(new=[ledger.new(C.INVOICE, 40, account=other)], actor="test")]
    change_account_state(account_id=other.pk, action="suspend", actor="test")
    bulk = Bulk(act=Act.POST, transaction_ids=[ident, barred])
    shown = plan(bulk=bulk, actor="test")
    assert [one.transaction_id for one in shown.possible] == [ident]
    run = start_bulk(bulk=bulk, shown=shown.digest, actor="test")
    change_account_state(account_id=other.pk, action="reactivate", actor="test")
    work(run.pk)
    run.refresh_from_db()
    assert states([ident, barred]) == ["posted", "draft"]
    assert outcomes(run) == [(ident, Outcome.SUCCEEDED, ""), (barred, Outcome.NOT_TAKEN, "account_suspended")]
    assert (run.steps.get(subject_id=barred).detail, run.state) == (shown.steps[1].why, "completed")


def test_what_became_possible_after_it_was_confirmed_is_done_by_no_run(ledger):
    idents = drafts(ledger, 10, 20)
    reason = Reason.objects.get(code="duplicate")
    ledger.account.customer.email = "ann@example.com"
    ledger.account.customer.save()
    posted = ledger.invoice(7, on="04/05").id
    printing, sending = begun(Act.PRINT, [posted, *idents]), begun(Act.SEND, [posted, *idents])
    writing_off = begun(Act.WRITE_OFF, [posted, *idents], issue_reason="Insolvent")
    assert printing.name == "Print 1 document"
    done(Act.POST, idents)
    rejecting = begun(Act.REJECT, [*drafts(ledger, 5), *idents], reject_reason=reason)
    runs = ((printing, "draft"), (sending, "not_posted"), (rejecting, "not_draft"), (writing_off, "not_posted"))
    for run, code in runs:
        work(run.pk)
        assert [one[1:] for one in outcomes(run)] == [
            (Outcome.SUCCEEDED, ""), (Outcome.NOT_TAKEN, code), (Outcome.NOT_TAKEN, code),
        ], run.kind  # fmt: skip
    assert states(idents) == ["posted"] * 2


def test_where_it_can_be_done_to_none_no_run_starts(ledger):
    idents = drafts(ledger, 10, 20)
    close_period(through=date(2026, 5, 9), actor="test")
    with pytest.raises(BulkInvalid, match="none of them"):
        begun(Act.POST, idents, posted_on=date(2026, 5, 8))
    assert not Run.objects.exists()
    assert done(Act.POST, idents).state == "completed"


def test_what_changed_since_it_was_shown_is_shown_again(ledger):
    idents = drafts(ledger, 10, 20)
    bulk = Bulk(act=Act.POST, transaction_ids=idents)
    shown = plan(bulk=bulk, actor="test")
    reject_drafts(transaction_ids=idents[:1], reason=Reason.objects.first(), actor="test")
    with pytest.raises(BulkDiffers):
        start_bulk(bulk=bulk, shown=shown.digest, actor="test")
    assert not Run.objects.exists()
    again = plan(bulk=bulk, actor="test")
    work(start_bulk(bulk=bulk, shown=again.digest, actor="test").pk)
    assert states(idents) == ["rejected", "posted"]


def test_what_changes_once_the_run_stands_is_left_alone_by_it(ledger):
    idents = drafts(ledger, 10, 20)
    run = begun(Act.POST, idents)
    update_draft(transaction_id=idents[0], new=ledger.new(C.INVOICE, 11), actor="test")
    work(run.pk)
    assert outcomes(run) == [(idents[0], Outcome.NOT_TAKEN, "changed"), (idents[1], Outcome.SUCCEEDED, "")]


def selected(run) -> None:
    """Its steps stand, and nothing is done yet."""
    while not run.steps.exists():
        work(run.pk, seconds=0)
    assert {outcome for _, outcome, _ in outcomes(run)} == {Outcome.OPEN}


def another_method(ledger):
    cash = PaymentMethod.objects.get(code="cash")
    return ledger.new(C.PAYMENT, 10, payment_method_id=cash.pk)


CHANGES = {
    "method": another_method,
    "account": lambda ledger: ledger.new(C.PAYMENT, 10, account=ledger.open("Bob")),
    "receiving day": lambda ledger: ledger.new(C.PAYMENT, 10, received_on=date(2026, 5, 2)),
    "target": lambda ledger: ledger.new(C.PAYMENT, 10, to=[ledger.invoice(10, on="04/05")]),
    "reference": lambda ledger: ledger.new(C.PAYMENT, 10, back_office_code="R-1"),
}


@pytest.mark.each_once
@pytest.mark.parametrize("at", ["before it selects", "once it has selected"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_of_the_same_amount_that_says_something_else_is_left_alone(ledger, change, at):
    first, second = drafts(ledger, 10, 20, kind=C.PAYMENT)
    run = begun(Act.POST, [first, second])
    if at == "once it has selected":
        selected(run)
    update_draft(transaction_id=first, new=CHANGES[change](ledger), actor="test")
    work(run.pk)
    run.refresh_from_db()
    left = Outcome.SKIPPED if at == "once it has selected" else Outcome.NOT_TAKEN
    assert outcomes(run) == [(first, left, "changed"), (second, Outcome.SUCCEEDED, "")]
    assert (states([first, second]), run.state) == (["draft", "posted"], "completed")


@pytest.mark.parametrize("act", [Act.POST, Act.REJECT])
def test_items_that_come_to_the_same_count_as_well(ledger, act):
    first, second = drafts(ledger, 10, 20)
    said = {"reject_reason": Reason.objects.get(code="duplicate")} if act is Act.REJECT else {}
    run = begun(act, [first, second], **said)
    selected(run)
    item = NewItem(unit_amount=Decimal(1000), description="Something else")
    update_draft(transaction_id=first, new=ledger.new(C.INVOICE, items=(item,)), actor="test")
    work(run.pk)
    assert outcomes(run) == [(first, Outcome.SKIPPED, "changed"), (second, Outcome.SUCCEEDED, "")]
    assert run.steps.get(subject_id=first).detail == "It changed after it was shown"


def test_what_was_changed_and_changed_back_is_as_it_was_shown(ledger):
    [ident] = drafts(ledger, 10, kind=C.PAYMENT)
    run = begun(Act.POST, [ident])
    selected(run)
    for new in (another_method(ledger), ledger.new(C.PAYMENT, 10)):
        update_draft(transaction_id=ident, new=new, actor="test")
    work(run.pk)
    assert states([ident]) == ["posted"]


def test_another_method_before_the_confirmation_is_shown_again(ledger):
    [ident] = drafts(ledger, 10, kind=C.PAYMENT)
    bulk = Bulk(act=Act.POST, transaction_ids=[ident])
    shown = plan(bulk=bulk, actor="test").digest
    update_draft(transaction_id=ident, new=another_method(ledger), actor="test")
    with pytest.raises(BulkDiffers):
        start_bulk(bulk=bulk, shown=shown, actor="test")


def test_drafts_are_rejected_for_a_reason(ledger):
    idents = [*drafts(ledger, 10), *drafts(ledger, 20, kind=C.PAYMENT)]
    posted = ledger.invoice(7, on="04/05").id
    reason = Reason.objects.get(code="duplicate")
    run = done(Act.REJECT, [*idents, posted], reject_reason=reason)
    assert states(idents) == ["rejected", "rejected"]
    assert {row.rejection_reason for row in Transaction.objects.filter(pk__in=idents)} == {reason}
    assert outcomes(run)[-1] == (posted, Outcome.NOT_TAKEN, "not_draft")


def test_a_rejection_needs_its_reason(ledger):
    with pytest.raises(ReasonInvalid):
        begun(Act.REJECT, drafts(ledger, 10))


def test_what_is_open_of_invoices_is_written_off_with_its_tax(ledger):
    taxed, settled = ledger.invoice(119, on="04/05", tax=19), ledger.invoice(50, on="04/05")
    ledger.payment(50, on="05/05", to=[settled])
    partly = ledger.invoice(100, on="05/05")
    ledger.payment(40, on="06/05", to=[partly])
    [draft] = drafts(ledger, 10)
    wanted = [taxed.id, settled.id, partly.id, draft]
    shown = looked_at(Act.WRITE_OFF, wanted)
    assert {why: [one.transaction_id for one in those] for why, those in shown.impossible.items()} == {
        "Nothing of it is owed": [settled.id], "It is not posted": [draft],
    }  # fmt: skip
    [total] = shown.totals
    run = done(Act.WRITE_OFF, wanted, issue_reason="Insolvent")
    made = Transaction.objects.filter(writes_off__in=[taxed.id, partly.id]).order_by("writes_off")
    assert sum(row.amount_minor for row in made) == total.amount_minor
    assert sum(row.tax_minor for row in made) == total.tax_minor
    assert {row.issue_reason for row in made} == {"Insolvent"}
    assert states([taxed.id, partly.id]) == ["written_off", "written_off"]
    assert [outcome for _, outcome, _ in outcomes(run)] == ["succeeded", "not_taken", "succeeded", "not_taken"]


def test_customers_are_sent_what_is_posted_once(ledger):
    customer = ledger.account.customer
    customer.email = "ann@example.com"
    customer.save()
    silent = ledger.open("Bob")
    one, two = ledger.invoice(10, on="04/05"), ledger.invoice(20, on="04/05")
    unreached = ledger.invoice(30, on="04/05", account=silent)
    [draft] = drafts(ledger, 10)
    wanted = [one.id, two.id, unreached.id, draft]
    run = done(Act.SEND, wanted)
    assert {row.object_id for row in Message.objects.all()} == {one.id, two.id}
    assert [reason for _, _, reason in outcomes(run)] == ["", "", "no_address", "not_posted"]
    again = looked_at(Act.SEND, wanted)
    assert again.possible == []
    assert any("sent already" in why for why in again.impossible)


def test_printing_is_the_run_that_prints(ledger):
    posted = [ledger.invoice(10, on="04/05").id, ledger.invoice(20, on="04/05").id]
    run = begun(Act.PRINT, [*posted, *drafts(ledger, 10)])
    asked = asked_of(run)
    assert (run.kind, asked.format, len(asked.transactions)) == ("print", "pdf", 3)


def test_a_run_that_was_stopped_goes_on_and_does_nothing_twice(ledger):
    idents = drafts(ledger, 10, 20, 30)
    run = begun(Act.POST, idents)
    while not run.steps.exists():
        work(run.pk, seconds=0)
    pause_run(run_id=run.pk, actor="test")
    work(run.pk)
    assert states(idents) == ["draft"] * 3
    execute(bulks.orders_of(Act.POST, bulks.Many([], [], []), {idents[0]: 1_000}), actor="test")
    resume_run(run_id=run.pk, actor="test")
    work(run.pk)
    run.refresh_from_db()
    assert states(idents) == ["posted"] * 3
    assert run.state == "completed_with_errors"
    assert [outcome for _, outcome, _ in outcomes(run)] == ["failed", "succeeded", "succeeded"]
    assert failed_of(run) == idents[:1]


@pytest.mark.parametrize("act", list(Act))
def test_none_and_too_many_are_refused(ledger, act, monkeypatch):
    with pytest.raises(BulkInvalid, match="No transaction"):
        looked_at(act, [])
    monkeypatch.setattr(bulks, "MOST", 2)
    with pytest.raises(BulkInvalid, match="Narrow the filter"):
        looked_at(act, drafts(ledger, 1, 2, 3))


def test_what_is_another_companys_is_not_there(ledger):
    with company_at_work():
        other = Ledger().invoice(10, on="04/05").id
    with pytest.raises(NotFound):
        looked_at(Act.WRITE_OFF, [other])


@pytest.mark.parametrize(
    ("act", "permission"),
    [
        (Act.POST, "transactions.post"),
        (Act.REJECT, "transactions.draft"),
        (Act.WRITE_OFF, "transactions.write_off"),
        (Act.SEND, "messages.send"),
    ],
)
def test_each_needs_the_permission_of_its_deed(ledger, act, permission):
    ident = ledger.invoice(10, on="04/05").id
    with only("transactions.draft:payment"), pytest.raises(Refused, match=permission):
        looked_at(act, [ident])
    with only(permission):
        assert looked_at(act, [ident])


def test_refunds_are_posted_only_for_whoever_may_refund(ledger):
    ledger.payment(50, on="04/05")
    idents = [*drafts(ledger, 10), *drafts(ledger, 20, kind=C.REFUND)]
    with only("transactions.post"):
        run = begun(Act.POST, idents)
    work(run.pk)
    assert states(idents) == ["posted", "draft"]
    assert outcomes(run)[1] == (idents[1], Outcome.NOT_TAKEN, "not_permitted")


def test_a_digest_is_of_what_was_asked(ledger):
    bulk = Bulk(act=Act.POST, transaction_ids=drafts(ledger, 10))
    shown = plan(bulk=bulk, actor="test")
    with pytest.raises(BulkDiffers):
        start_bulk(bulk=replace(bulk, posted_on=date(2026, 5, 1)), shown=shown.digest, actor="test")
