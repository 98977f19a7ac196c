"""Who does what in a simulated run. Each step is a function of the world and the run's random; it says what it did.

A step that there is nothing for returns None, and another is chosen. What the product refuses is told in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stripe_sandbox.payments.refunds import refund_charge
from subledger.accounts.states import AccountType
from subledger.gateways.models import Charge, InboxEvent, PaymentRequest
from subledger.gateways.port import Outcome
from subledger.gateways.services import inbox, links, reconciliation, submission, worker
from subledger.gateways.services.holdings import payment_now
from subledger.gateways.services.worker import Call, Calls
from subledger.gateways.states import RequestState
from subledger.kernel.errors import DomainError
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C

from .world import CARDS, IBANS, KEY, NUMBERS, World

LEAST = 100  # minor units: below, the gateway refuses
BACK = "https://shop.example/back?page={CHECKOUT_SESSION_ID}"

FAULTS = (
    "drop_before", "drop_after", "error_before", "error_after", "timeout_after", "rate_limit", "drop_after",
)  # fmt: skip
# In one of seven a day and more: the gateway has forgotten its keys by then.
WAITS = (
    timedelta(seconds=2),
    timedelta(seconds=20),
    timedelta(minutes=2),
    timedelta(minutes=6),
    timedelta(minutes=6),
    timedelta(hours=2),
    timedelta(hours=25),
)


@dataclass
class Worker:
    """A process that carries out requests. What it holds in memory dies with it."""

    name: str
    claimed: list[Call] = field(default_factory=list)
    ended: list[tuple[Call, Outcome]] = field(default_factory=list)
    asked_at: dict[int, datetime] = field(default_factory=dict)

    def die(self) -> None:
        self.claimed, self.ended, self.asked_at = [], [], {}

    def claim(self, world: World, random: Random) -> str | None:
        if not PaymentRequest.objects.filter(state=RequestState.PENDING).exists():
            return None
        calls = worker.claim(world.desk.provider, limit=random.choice([1, 2, 100]))
        self.claimed += calls
        return f"{self.name} claims {_names(call.request_id for call in calls)}" if calls else None

    def call(self, world: World, random: Random) -> str | None:
        if not self.claimed:
            return None
        call = self.claimed.pop(random.randrange(len(self.claimed)))
        self.asked_at[call.request_id] = world.now
        calls = Calls(worker.gateway_of(world.desk.provider))
        try:
            outcome = calls.send(call).result()
        finally:
            calls.close()
        self.ended.append((call, outcome))
        return f"{self.name} calls for {_name(call.request_id)}: {outcome}"

    def take_in(self, world: World, random: Random) -> str | None:
        if not self.ended:
            return None
        random.shuffle(self.ended)
        ended, self.ended = self.ended, []
        states = worker.take_in(ended, self.asked_at)
        return f"{self.name} takes in {[str(state) for state in states]}"


def _name(request_id: int) -> str:
    return f"prq {request_id % 10_000}"


def _names(request_ids: Any) -> str:
    return ", ".join(_name(ident) for ident in request_ids)


# -- people ------------------------------------------------------------------------------------------------------


def charge_card(world: World, random: Random) -> str | None:
    """An agent charges a card for an invoice, all of what is open or a part."""
    open_items = _open_invoices()
    if not open_items:
        return None
    item = random.choice(open_items)
    amount = item.open_minor if random.random() < 0.7 else random.randint(LEAST, item.open_minor)
    card = random.choices([*CARDS, *IBANS], weights=[8, 2, 3, 2, 1, 2, 1])[0]
    new = NewTransaction(
        classification=C.PAYMENT,
        account_id=item.account_id,
        amount_minor=amount,
        payment_method_id=world.gateway_method_id,
        payment_preference_id=world.cards[item.account_id, card].pk,
        intended_ids=(item.pk,),
    )
    [answer] = submission.post(orders=[Post(new=new)], actor="user:ana")
    return f"agent charges the {card} card with {amount} for invoice {item.pk % 10_000}: {_told(answer)}"


def post_draft(world: World, random: Random) -> str | None:
    """An agent clicks again on a draft, or on a payment that waits."""
    drafts = Transaction.objects.filter(
        classification=C.PAYMENT, payment_method=world.gateway_method_id, state__in=("draft", "pending")
    )
    chosen = _pick(random, drafts)
    if chosen is None:
        return None
    [answer] = submission.post(orders=[Post(draft_id=chosen.pk)], actor="user:ben")
    return f"agent posts payment {chosen.pk % 10_000} ({chosen.state}) again: {_told(answer)}"


def refund(world: World, random: Random) -> str | None:
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    amount = random.choice([charge.captured_minor, charge.captured_minor // 2, random.randint(LEAST, 9000)])
    new = NewTransaction(
        classification=C.REFUND,
        account_id=charge.account_id,
        refund_method_id=world.desk.refund_method.pk,
        amount_minor=amount,
    )
    answer = submission.refund_payment(payment_id=charge.payment_id, amount=amount, new=new, actor="user:ana")
    return f"agent refunds {amount} of payment {charge.payment_id % 10_000}: {_told(answer)}"


def cancel_payment(world: World, random: Random) -> str | None:
    """An agent cancels a payment that the gateway collected, by the type that pays it back."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    order = Cancel(target_id=charge.payment_id, amount=ALL, type_id=world.desk.cancellation_type.pk)
    [answer] = submission.post(orders=[order], actor="user:ana")
    return f"agent cancels payment {charge.payment_id % 10_000} and pays it back: {_told(answer)}"


def cancel_by_hand(world: World, random: Random) -> str | None:
    """An agent cancels what the gateway collected, or has again, by the ordinary type, which pays nothing back."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    stands = [charge.payment_id, *charge.restorations.order_by("pk").values_list("payment_id", flat=True)]
    payment = payment_now(random.choice(stands))
    [answer] = submission.post(orders=[Cancel(target_id=payment.pk, amount=ALL)], actor="user:ben")
    return f"agent cancels payment {payment.pk % 10_000} by hand: {_told(answer)}"


def cancel_in_the_books(world: World, random: Random) -> str | None:
    """Books from before that was refused: the payment is cancelled, and the gateway was never asked."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    payment = payment_now(charge.payment_id)
    if payment.state != "posted" or charge.refundable_minor != charge.captured_minor:
        return None
    [answer] = actions.cancel(orders=[Cancel(target_id=payment.pk, amount=ALL)], actor="user:ben")
    return f"payment {payment.pk % 10_000} is cancelled in the books alone: {answer.number}"


def move_payment(world: World, random: Random) -> str | None:
    """An agent moves a payment that the gateway collected to the other account."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    stands = [charge.payment_id, *charge.restorations.order_by("pk").values_list("payment_id", flat=True)]
    payment = payment_now(random.choice(stands))
    other = next(account for account in world.accounts if account.pk != payment.account_id)
    [answer] = submission.post(orders=[Move(target_id=payment.pk, to_account_id=other.pk)], actor="user:ben")
    return f"payment {payment.pk % 10_000} is moved: {_told(answer)}"


def pay_cash(world: World, random: Random) -> str | None:
    """Somebody pays an invoice over the counter, whatever else is under way for it."""
    open_items = _open_invoices()
    if not open_items:
        return None
    item = random.choice(open_items)
    new = NewTransaction(
        classification=C.PAYMENT, account_id=item.account_id, amount_minor=item.open_minor, intended_ids=(item.pk,)
    )
    [answer] = submission.post(orders=[Post(new=new)], actor="user:ben")
    return f"cash pays {item.open_minor} on invoice {item.pk % 10_000}: {_told(answer)}"


def cancel_cash(world: World, random: Random) -> str | None:
    paid = Transaction.objects.filter(classification=C.PAYMENT, state="posted").exclude(
        payment_method=world.gateway_method_id
    )
    chosen = _pick(random, paid)
    if chosen is None:
        return None
    [answer] = submission.post(orders=[Cancel(target_id=chosen.pk, amount=ALL)], actor="user:ben")
    return f"cash payment {chosen.pk % 10_000} is cancelled: {_told(answer)}"


def cancel_invoice(world: World, random: Random) -> str | None:
    """An agent cancels an invoice, whatever is being collected for it."""
    chosen = _pick(random, Transaction.objects.filter(classification=C.INVOICE, state="posted"))
    if chosen is None:
        return None
    [answer] = submission.post(orders=[Cancel(target_id=chosen.pk, amount=ALL)], actor="user:ben")
    return f"invoice {chosen.pk % 10_000} is cancelled: {_told(answer)}"


def new_invoice(world: World, random: Random) -> str | None:
    account = random.choice(world.accounts)
    new = world.desk.ledger.new(C.INVOICE, random.randint(5, 90), account=account)
    [posted] = actions.post_new(new=[new], actor="user:ana")
    return f"invoice {posted.id % 10_000} is posted"


# -- customers ---------------------------------------------------------------------------------------------------


def open_page(world: World, random: Random) -> str | None:
    """A customer opens a link to pay an invoice, several, a part of them, or all that they owe."""
    open_items = _open_invoices()
    if not open_items:
        return None
    item = random.choice(open_items)
    wish = random.choices(["one", "several", "a part", "all"], weights=[3, 2, 1, 1])[0]
    if wish == "all":
        page = links.begin_balance(account_id=item.account_id, success_url=BACK, cancel_url=BACK)
    else:
        others = [one for one in open_items if one.account_id == item.account_id and one.pk != item.pk]
        chosen = [item, *(random.sample(others, min(len(others), 2)) if wish == "several" else [])]
        part = random.randint(LEAST, item.open_minor) if wish == "a part" and item.open_minor > LEAST else None
        page = links.begin_payment(
            invoice_ids=[one.pk for one in chosen], amount_minor=part, success_url=BACK, cancel_url=BACK
        )
    world.pages.append(page.url)
    return f"customer opens a page for {wish}, invoice {item.pk % 10_000}: {page.reference[-6:]}"


def fill_in_page(world: World, random: Random) -> str | None:
    """A customer types a card on a page, new or old; the page may be over by now."""
    if not world.pages:
        return None
    address = random.choice(world.pages)
    card = random.choices(list(NUMBERS), weights=[5, 2, 2])[0]
    status, leads_to = world.visit(address, f"number={NUMBERS[card]}&expiry=12/34&cvc=123&name=Ana")
    if "/3ds/" in leads_to:
        world.pages.append(leads_to)
    return f"customer types the {card} card on …{address[-6:]}: {status} {leads_to[:24]}"


def answer_bank(world: World, random: Random) -> str | None:
    """A customer authorises at the bank, or does not."""
    asked = [address for address in world.pages if "/3ds/" in address]
    if not asked:
        return None
    address = random.choice(asked)
    outcome = random.choices(["authorise", "fail"], weights=[3, 1])[0]
    status, _ = world.visit(address, f"outcome={outcome}")
    return f"customer at the bank: {outcome}, {status}"


def authenticate(world: World, random: Random) -> str | None:
    """A customer opens the link to authenticate a payment."""
    rows = PaymentRequest.objects.filter(state=RequestState.REQUIRES_ACTION).exclude(transaction_id=None)
    row = _pick(random, rows)
    if row is None:
        return None
    page = links.begin_authentication(request_id=row.pk, return_url="https://shop.example/back")
    if page is None:
        return f"customer comes to authenticate {_name(row.pk)}, which has its end"
    world.pages.append(page.url)
    return f"customer comes to authenticate {_name(row.pk)}"


def come_back(world: World, random: Random) -> str | None:
    """A customer returns from a page."""
    rows = PaymentRequest.objects.filter(transaction_id=None, state=RequestState.REQUIRES_ACTION).exclude(reference="")
    row = _pick(random, rows)
    if row is None:
        return None
    learned = links.came_back(provider=world.desk.provider, reference=row.reference)
    return f"customer of {_name(row.pk)} comes back: {'something' if learned else 'nothing'} learned"


# -- the gateway -------------------------------------------------------------------------------------------------


def deliver(world: World, random: Random) -> str | None:
    """A delivery arrives, any one; it may come again, or never."""
    waiting = world.control("GET", "deliveries")
    if not waiting:
        return None
    chosen = random.choice(waiting)
    fate = random.choices(["arrives", "arrives and comes again", "is lost"], weights=[6, 2, 1])[0]
    stays = fate == "arrives and comes again"
    [sent] = world.control("POST", "deliveries/take", {"ids": [chosen["id"]], "copy": stays})
    if fate != "is lost":
        inbox.receive(provider=world.desk.provider, body=sent["body"].encode(), headers=sent["headers"])
    return f"delivery of {chosen['type']} {fate}"


def break_something(world: World, random: Random) -> str | None:
    """The next calls of some kind go wrong, or all is well again."""
    if random.random() < 0.2:
        world.control("POST", "faults", [])
        return "all is well at the gateway"
    action = random.choice(FAULTS)
    path = random.choice(["payment_intents$", "refunds$", "payment_intents|refunds|checkout", "checkout", "."])
    rule: dict[str, Any] = {"action": action, "path": path, "times": random.choice([1, 1, 2, 5])}
    if path != ".":
        rule["method"] = random.choice(["POST", "POST", "GET"])
    world.control("POST", "faults", [rule])
    return f"fault: {rule}"


def refund_there(world: World, random: Random) -> str | None:
    """Somebody refunds in the gateway's own dashboard."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    account = world.sandbox.account("simulation")
    held = account.all("charge").get(charge.reference)
    left = held["amount_captured"] - held["amount_refunded"]
    if left < LEAST or held["disputed"]:
        return None
    amount = random.randint(LEAST, left)
    refund_charge(account, charge.reference, amount)
    return f"{amount} refunded at the gateway, of payment {charge.payment_id % 10_000}"


def dispute(world: World, random: Random) -> str | None:
    """A cardholder disputes a charge, or the bank decides."""
    charge = _pick(random, Charge.objects.all())
    if charge is None:
        return None
    account = world.sandbox.account("simulation")
    held = account.all("charge").get(charge.reference)
    given: dict[str, Any] = {"key": KEY, "charge": charge.reference}
    if held["disputed"]:
        disputes = [row for row in account.all("dispute") if row["charge"] == charge.reference]
        if disputes[0]["status"] in ("won", "lost"):
            return None
        given["outcome"] = random.choice(["won", "lost"])
    elif held["amount_refunded"]:
        return None
    world.control("POST", "disputes", given)
    return f"dispute of payment {charge.payment_id % 10_000}: {given.get('outcome', 'opened')}"


# -- the product's own background work ---------------------------------------------------------------------------


def work_inbox(world: World, random: Random) -> str | None:
    if not InboxEvent.objects.filter(process_at__lte=world.now).exists():
        return None
    tried = inbox.process(world.provider_id)
    return f"inbox: {tried} events worked off" if tried else None


def reconcile(world: World, random: Random) -> str | None:
    if not PaymentRequest.objects.filter(check_at__lte=world.now).exclude(state=RequestState.PENDING).exists():
        return None
    asked = reconciliation.look_up(world.provider_id)
    return f"reconciler asks about {asked}" if asked else None


def close_pages(world: World, random: Random) -> str | None:
    if not world.pages:
        return None
    closed = links.close_settled(world.provider_id)
    return f"{closed} pages closed" if closed else None


def wait(world: World, random: Random) -> str | None:
    by = random.choice(WAITS)
    world.advance(by)
    return f"{by} pass"


Step = Callable[[World, Random], "str | None"]


def steps(workers: Sequence[Worker]) -> list[tuple[Step, int]]:
    """Everything that may happen next, with its weight."""
    ours: list[tuple[Step, int]] = []
    for at_work in workers:
        ours += [(at_work.claim, 5), (at_work.call, 7), (at_work.take_in, 6)]
    return [
        *ours,
        (charge_card, 9),
        (post_draft, 3),
        (refund, 4),
        (cancel_payment, 3),
        (cancel_by_hand, 2),
        (cancel_in_the_books, 1),
        (move_payment, 1),
        (pay_cash, 1),
        (cancel_cash, 1),
        (cancel_invoice, 1),
        (new_invoice, 1),
        (open_page, 3),
        (fill_in_page, 5),
        (answer_bank, 4),
        (authenticate, 4),
        (come_back, 2),
        (deliver, 6),
        (break_something, 4),
        (refund_there, 1),
        (dispute, 1),
        (work_inbox, 3),
        (reconcile, 4),
        (close_pages, 2),
        (wait, 6),
    ]


def _open_invoices() -> list[OpenItem]:
    """Those of customers: what was written off stands on the company's own account."""
    items = OpenItem.objects.filter(is_debit=True, transaction__classification=C.INVOICE, open_minor__gte=LEAST)
    return list(items.filter(account__type=AccountType.CUSTOMER).order_by("pk"))


def _pick(random: Random, rows: Any) -> Any:
    found = list(rows.order_by("pk"))
    return random.choice(found) if found else None


def _told(answer: object) -> str:
    if isinstance(answer, submission.Requested):
        return _name(answer.request_id)
    return answer.code if isinstance(answer, DomainError) else "posted"
