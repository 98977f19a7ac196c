"""What no form could answer is said at once, with the way out, and no form is shown that leads nowhere."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import Resolver404, resolve
from tests import endings
from tests.api.client import ApiClient
from tests.factories import NOW
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.generic.office import Office, said
from tests.gateways.test_given_back import FULL, disputed, tell
from tests.gateways.toy import decline, take_time
from tests.pages.conftest import token_in
from tests.pages.test_documents import type_of
from tests.pages.test_gateways import text_of, url

from subledger.accounts.models import PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.gateways.models import Instrument, PaymentRequest, Restoration
from subledger.gateways.states import RequestState
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.sampled(3)


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


def has_form(page: Any) -> bool:
    return "form" in page.context and page.context["form"] is not None


def refused_at_once(page: Any, code: str, *words: str) -> None:
    assert (page.status_code, page.refusal_code, has_form(page)) == (409, code, False)
    assert 'type="submit"' not in page.content.decode().split("<main", 1)[1]
    assert all(one in text_of(page) for one in words), text_of(page)


# -- refunds, moves, cancellations -----------------------------------------------------------------------------------


def test_what_only_takes_back_a_refund_leads_to_the_payment_whose_money_it_is(desk, bank):
    paid = bank.pay(FULL, to=[bank.ledger.invoice(75)])
    tell(bank, disputed(paid), disputed(paid, "won"), at=NOW + timedelta(hours=1))
    restored = Transaction.objects.get(pk=Restoration.objects.get().payment_id)
    own = bank.transaction(paid.transaction_id)
    actions_ = [url("transaction_action", restored.pk, action) for action in ("cancel", "move")]
    for where in (url("payment_refund", restored.pk), *actions_):
        page = desk.get(where)
        refused_at_once(page, "payment_restores_refund", f"The money is that of payment {own.number}")
    page = desk.get(url("payment_refund", restored.pk))
    assert f'href="{url("transaction", own.pk)}"' in page.content.decode()
    assert desk.get(url("payment_refund", own.pk)).status_code == 200, "the way out that was named"


def test_of_a_payment_that_went_back_nothing_more_is_asked(desk, bank):
    paid = bank.pay(FULL)
    bank.work(bank.refund(FULL, paid.transaction_id).request_id)
    page = desk.get(url("payment_refund", paid.transaction_id))
    refused_at_once(page, "refund_exceeds_captured", "nothing is left of what it collected")
    assert "0.00" not in text_of(page).split("Cannot pay", 1)[1].split("Account", 1)[0]


@pytest.mark.parametrize("action", ["move", "cancel"])
def test_of_a_payment_that_went_back_in_part_the_rest_is_refunded(desk, bank, action):
    paid = bank.pay(FULL)
    bank.work(bank.refund(3000, paid.transaction_id).request_id)
    page = desk.get(url("transaction_action", paid.transaction_id, action))
    refused_at_once(page, "payment_paid_back_already", "30.00 EUR of it went back already")
    if action == "cancel":
        assert "Refund the 45.00 EUR that are left of it instead" in text_of(page)
        typed = {"amount": "45", "type": type_of("refund")}
        where = url("payment_refund", paid.transaction_id)
        done = desk.post(where, {**typed, **token_in(desk.post(where, typed))}, follow=True)
        assert "Toy bank refunded 45.00 EUR." in text_of(done)


def test_what_a_type_of_cancellation_answers_keeps_its_form(desk, bank):
    page = desk.get(url("transaction_action", bank.pay(FULL).transaction_id, "cancel"))
    assert (page.status_code, has_form(page)) == (200, True)
    assert "Types of cancellation that pay it back to the card: Gateway refund" in text_of(page)


# -- a second click --------------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize("kind", [C.PAYMENT, C.REFUND])
@pytest.mark.parametrize("through", ["cash", "gateway", "slow gateway"])
def test_whoever_posts_a_draft_twice_hears_the_same_by_page_and_program(desk, bank, company, kind, through):
    """What a gateway moves, or has moved, is told again; what was posted at once is refused. Nothing moves twice."""
    bank.pay(FULL)
    method = {C.PAYMENT: "payment_method_id", C.REFUND: "refund_method_id"}[kind]
    own = {C.PAYMENT: bank.method.pk, C.REFUND: bank.refund_method.pk}[kind]
    fields = {} if through == "cash" else {method: own}
    [draft] = save_drafts(new=[bank.ledger.new(kind, 75, **fields)], actor="test")
    bank.bank.script = [take_time] if through == "slow gateway" else []
    where = url("transaction_action", draft.pk, "post")
    typed = token_in(desk.get(where)) | {"confirm_in_advance": "on"}
    desk.post(where, typed)
    is_now = "pending" if through == "slow gateway" else "posted"
    assert bank.transaction(draft.pk).state == is_now
    moved = len(bank.bank.orders)
    page = desk.post(where, typed, follow=True)
    program = ApiClient(company).request("POST", f"{kind.value}s/{draft.public_id}/post", {})
    wanted = 409 if through == "cash" else 200
    assert (page.status_code, program.status_code) == (wanted, wanted)
    if through == "cash":
        assert page.refusal_code == program.json()["code"] == "transition_not_allowed"
    assert (bank.transaction(draft.pk).state, len(bank.bank.orders)) == (is_now, moved)


def test_what_waits_says_what_people_can_do_with_it(desk, bank):
    """Its gateway confirms, declines or returns it: no person does, so none of that is offered."""
    bank.bank.script = [take_time]
    waiting = bank.pay(FULL)
    told = text_of(desk.get(url("transaction_edit", waiting.transaction_id)))
    assert "Cannot edit what is pending. Wait for its outcome, or see what it waits for." in told
    [draft] = save_drafts(new=[bank.ledger.new(C.PAYMENT, 75)], actor="test")
    told = text_of(desk.get(url("transaction_action", draft.pk, "cancel")))
    assert "What can be done with it now: edit, post, reject." in told


# -- held back -------------------------------------------------------------------------------------------------------


def test_what_is_held_back_is_not_withdrawn_by_the_page_either(desk, ledger):
    office = Office.opened(ledger)
    row = office.pay(75)
    assert "Withdraw it" in labels(desk.get(url("payment_request", row.pk)))
    office.post(said(row, amount=Money(7400, "eur")))
    assert "Withdraw it" not in labels(desk.get(url("payment_request", row.pk)))
    page = desk.get(url("payment_request_withdraw", row.pk))
    refused_at_once(page, "payment_request_held_back", f"Payment request {row.number} is held back")
    assert desk.post(url("payment_request_withdraw", row.pk), {"reason": ""}).refusal_code == page.refusal_code


# -- terminated accounts ---------------------------------------------------------------------------------------------


def labels(page: Any) -> list[str]:
    return [action.label for action in page.context["actions"]]


class Ended:
    """An account with one of everything on it, terminated."""

    def __init__(self, bank: Desk) -> None:
        ledger = bank.ledger
        self.bank, self.account = bank, ledger.account
        ledger.payment(5)
        ledger.refund(5)
        self.invoice = ledger.invoice(200)
        self.cancelled = ledger.invoice(30)
        ledger.payment(30, to=[self.cancelled])
        actions.cancel(orders=[Cancel(target_id=self.cancelled.id, amount=ALL)], actor="test")
        self.paid = bank.pay(FULL)
        bank.bank.script = [decline]
        self.failed = bank.pay(1000)
        [self.draft] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
        bank.bank.script = [take_time]
        self.slow = bank.pay(2000)
        self.waiting = bank.row(bank.ask(3000).request_id)
        PaymentRequest.objects.filter(pk=self.waiting.pk).update(
            state=RequestState.REQUIRES_ACTION, check_at=clock.now()
        )
        self.pending = bank.row(bank.ask(1500).request_id)
        self.way = set_payment_preference(
            account_id=self.account.pk,
            preference=PaymentPreference.objects.get(code="bank_transfer"),
            details={},
            is_default=False,
            actor="test",
        )
        endings.terminate(self.account.pk)

    def addresses(self) -> list[str]:
        ident = self.account.pk
        tabs = ("account", "account_open", "account_transactions", "account_allocations", "account_statement",
                "account_timeline", "account_ways", "account_requests")  # fmt: skip
        transactions = Transaction.objects.filter(account=self.account).values_list("pk", flat=True)
        requests = PaymentRequest.objects.filter(account=self.account).values_list("pk", flat=True)
        return [
            *(url(tab, ident) for tab in tabs),
            url("account_card", ident, self.bank.card.pk),
            *(url("transaction", one) for one in transactions),
            *(url("payment_request", one) for one in requests),
        ]


@pytest.fixture
def ended(bank) -> Ended:
    return Ended(bank)


def deeds_on(page: Any) -> set[str]:
    """Where the page's links lead that do something: to a page for more than looking, about something of its own."""
    found = set()
    for href in re.findall(r'href="(/[^"#]+)"', page.content.decode()):
        try:
            match = resolve(href.partition("?")[0])
        except Resolver404:
            continue
        permission = getattr(match.func, "permission", "view")
        if match.kwargs and (permission not in ("view", "export") or match.url_name == "transaction_action"):
            found.add(href.replace("&amp;", "&"))
    return found


@pytest.mark.wide
def test_the_pages_of_a_terminated_account_offer_only_what_is_done(desk, ended):
    offered = set()
    for address in ended.addresses():
        page = desk.get(address)
        assert page.status_code == 200, address
        offered |= deeds_on(page)
    names = {resolve(one.partition("?")[0]).url_name for one in offered}
    refused = {one: answer.status_code for one in sorted(offered) if (answer := desk.get(one)).status_code != 200}
    assert refused == {}
    assert names <= {
        "account_edit", "account_note", "account_preference_release", "account_card_action", "transaction_note",
        "transaction_action", "payment_request_look_up", "payment_request_withdraw", "message_new",
        "transaction_print_anew", "attachment_new",
    }, names  # fmt: skip
    acts = {resolve(one.partition("?")[0]).kwargs["action"] for one in offered if "transaction_action" in
            resolve(one.partition("?")[0]).url_name}  # fmt: skip
    assert acts == {"reject"}


def test_what_they_offer_is_done(desk, ended):
    drafts = {ended.draft.pk, ended.failed.transaction_id}
    for ident in drafts:
        reason = (
            Reason.objects.get(code="duplicate") if Reason.objects.filter(code="duplicate") else Reason.objects.first()
        )
        desk.post(url("transaction_action", ident, "reject"), {"reason": reason.pk})
    assert set(Transaction.objects.filter(pk__in=drafts).values_list("state", flat=True)) == {"rejected"}
    assert desk.post(url("account_note", ended.account.pk), {"note": "Called."}).status_code == 302
    assert desk.post(url("payment_request_withdraw", ended.pending.pk), {"reason": ""}).status_code == 302
    assert ended.bank.row(ended.pending.pk).state == "rejected"
    desk.post(url("account_preference_release", ended.account.pk, ended.way.pk))
    desk.post(url("account_card_action", ended.account.pk, ended.bank.card.pk, "runs-off"))
    card = Instrument.objects.get()
    assert (card.chosen.is_recurring, [way.pk for way in ended.account.payment_preferences.all()]) == (False, [card.pk])


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("account_card_new", ()),
        ("account_card_link", ()),
        ("account_page_link", ()),
        ("account_preference", ()),
        ("account_collect", ()),
        *(("transaction_new", (kind.value,)) for kind in (C.INVOICE, C.CREDIT_NOTE, C.PAYMENT, C.REFUND)),
    ],
)
def test_what_they_do_not_offer_says_at_once_why_not(desk, ended, name, args):
    page = desk.get(url(name, ended.account.pk, *args))
    assert page.status_code == 409
    assert f"account {ended.account.number} is terminated" in text_of(page)


def test_actions_that_are_not_offered_say_at_once_why_not(desk, ended):
    of = {"cancel": ended.invoice.id, "write_off": ended.invoice.id,
          "move": ended.paid.transaction_id, "post": ended.draft.pk}  # fmt: skip
    for action, ident in of.items():
        refused_at_once(desk.get(url("transaction_action", ident, action)), "account_terminated", "is terminated")
    refund = desk.get(url("payment_refund", ended.paid.transaction_id))
    refused_at_once(refund, "account_terminated", "is terminated")
