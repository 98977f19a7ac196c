"""What has to be true when a simulated run has come to rest: the gateway's ledger against our books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Sum

from subledger.gateways.invariants import HELD
from subledger.gateways.models import Charge, Claim, Dispute, Fee, PaymentRequest
from subledger.gateways.registry import kinds
from subledger.gateways.services.fees import GATEWAY_FEE
from subledger.gateways.services.holdings import given_back_by_hand
from subledger.gateways.states import OPEN, ClaimKind, RequestState, RequestType
from subledger.journal.models import JournalEntry, JournalLine
from subledger.kernel.ids import encode
from subledger.platform.models import Event
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification as C

from .world import World


def faults_of(world: World) -> Iterator[str]:
    """Every way in which the two disagree, in words; nothing when all is well."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    moved = world.control("GET", "moved")
    rows = {row.public_id: row for row in PaymentRequest.objects.filter(provider=world.provider_id)}
    yield from _open(rows)
    yield from _captures(moved, rows)
    yield from _refunds(moved, rows)
    yield from _one_after_another(rows, moved)
    yield from _ledger(moved, world)
    by_hand = [f"charge {one.reference}:" for one in Charge.objects.all() if _is_held_all_the_same(one)]
    for finding in prove(everywhere=False):
        for row in finding.rows:
            if finding.invariant != HELD or not row.startswith(tuple(by_hand)):
                yield f"{finding.invariant.name}: {row}"


def _open(rows: dict[str, PaymentRequest]) -> Iterator[str]:
    for ident, row in rows.items():
        if row.state in OPEN:
            yield f"{ident} ({row.type}) is still {row.state}: {row.error_code} {row.error_message}"
    for waiting in Transaction.objects.filter(state="pending"):
        yield f"{waiting.classification} {waiting.pk} is still pending"


def _captures(moved: list[dict[str, Any]], rows: dict[str, PaymentRequest]) -> Iterator[str]:
    """Every capture there is one posted payment here, over the same amount, and the other way round."""
    captured = defaultdict(list)
    for movement in moved:
        if movement["type"] == "captured":
            captured[movement["metadata"].get("subledger_request", "")].append(movement)
    for request, movements in captured.items():
        row = rows.get(request)
        if len(movements) > 1:
            yield f"{request} was captured {len(movements)} times: a double charge"
        if row is None:
            yield f"{movements[0]['charge']} was captured for {request or 'nothing'}, which we do not know"
        elif row.state != RequestState.POSTED:
            yield f"{request} was captured and is {row.state}: a lost payment"
        elif movements[0]["amount"] != row.amount_minor:
            yield f"{request} asked for {row.amount_minor} and {movements[0]['amount']} was captured"
    charges = {encode("prq", charge.request_id): charge for charge in Charge.objects.all()}
    for ident, row in rows.items():
        if row.type != RequestType.PAYMENT or row.state != RequestState.POSTED:
            continue
        charge = charges.get(ident)
        if charge is None or ident not in captured or charge.reference != captured[ident][0]["charge"]:
            yield f"{ident} is posted and the gateway captured nothing for it"
            continue
        payment = Transaction.objects.get(pk=charge.payment_id)
        if payment.amount_minor != row.amount_minor or payment.state not in ("posted", "cancelled"):
            yield f"{ident}: payment {payment.pk} is {payment.state} over {payment.amount_minor}"


def _refunds(moved: list[dict[str, Any]], rows: dict[str, PaymentRequest]) -> Iterator[str]:
    """Every refund there is a posted one here unless it came back; together they stay within what was captured."""
    back = {movement["source"] for movement in moved if movement["type"] == "refund_failed"}
    by_reference = {row.reference: row for row in rows.values() if row.type != RequestType.PAYMENT}
    sums: dict[str, int] = defaultdict(int)
    requests: dict[str, int] = defaultdict(int)
    for movement in moved:
        if movement["type"] != "refunded":
            continue
        row = by_reference.get(movement["source"])
        wanted = RequestState.REJECTED if movement["source"] in back else RequestState.POSTED
        if row is None and movement["source"] in back:
            continue  # made there, and come back before we heard of it: nothing to take in
        if row is None:
            yield f"refund {movement['source']} is unknown here"
        elif row.state != wanted or row.amount_minor != movement["amount"]:
            yield f"refund {movement['source']} of {movement['amount']} is {row.state} over {row.amount_minor}"
        if movement["source"] not in back:
            sums[movement["charge"]] += movement["amount"]
        requests[movement["metadata"].get("subledger_request", "")] += 1
    for request, times in requests.items():
        if request and times > 1:
            yield f"{request} was paid back {times} times"
    known = {movement["source"] for movement in moved if movement["type"] == "refunded"} - back
    for row in by_reference.values():
        if row.state == RequestState.POSTED and row.reference not in known:
            yield f"{row.public_id} ({row.type}) is posted and the gateway paid nothing back for it"
    for charge in Charge.objects.filter(provider__kind__in=[kind.name for kind in kinds().values() if kind.executes]):
        if sums[charge.reference] > charge.captured_minor:
            yield f"{charge.reference}: {sums[charge.reference]} paid back of {charge.captured_minor}"
        if sums[charge.reference] != charge.reserved_minor:
            yield f"{charge.reference}: {sums[charge.reference]} paid back, {charge.reserved_minor} reserved"


def _one_after_another(rows: dict[str, PaymentRequest], moved: list[dict[str, Any]]) -> Iterator[str]:
    """Nobody is charged for an invoice while another charge of it may still succeed."""
    captured = {m["metadata"].get("subledger_request", "") for m in moved if m["type"] == "captured"}
    revived = Event.objects.filter(type="payment_request.posted", data__was="rejected")
    for event in revived.filter(object_id__in=[row.pk for row in rows.values()]):
        yield f"{encode('prq', event.object_id)} was given up, and its money moved after all"
    for_invoice = defaultdict(list)
    claims = Claim.objects.filter(kind=ClaimKind.TRANSACTION, request__in=[row.pk for row in rows.values()])
    for claim in claims.order_by("request_id"):
        row = rows[encode("prq", claim.request_id)]
        if row.type == RequestType.PAYMENT and row.public_id in captured and claim.object_id != row.transaction_id:
            for_invoice[claim.object_id].append(row)
    for invoice, paid in for_invoice.items():
        for first, second in pairwise(paid):
            if first.executed_at is None or second.created_at < first.executed_at:
                yield f"invoice {invoice}: {second.public_id} was charged before {first.public_id} had its end"


def _ledger(moved: list[dict[str, Any]], world: World) -> Iterator[str]:
    """The clearing account holds what the gateway holds for us, less the fees that were journalised."""
    sign = {"captured": 1, "refunded": -1, "refund_failed": 1, "disputed": -1, "dispute_won": 1}
    there = sum(sign[movement["type"]] * movement["amount"] for movement in moved)
    lines = JournalLine.objects.filter(ledger_account__code="1020")
    fees = JournalEntry.objects.filter(source=GATEWAY_FEE)
    kept = -_sum(lines.filter(entry__in=fees))
    by_hand = _given_back_by_hand()
    here = _sum(lines) + kept + by_hand
    if here != there:
        yield f"the gateway holds {there}, and the clearing account says {here} (fees apart)"
    told = Charge.objects.aggregate(sum=Sum("fee_minor", default=0))["sum"]
    told += Fee.objects.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    if told != kept:
        yield f"fees of {told} are known, and {kept} is journalised"
    balance = sum(row["net"] for row in world.sandbox.account("simulation").all("balance_transaction"))
    if _sum(lines) + by_hand != balance:
        yield f"the gateway's balance is {balance}, and the clearing account says {_sum(lines) + by_hand}, fees and all"
    disputes = sum(1 for movement in moved if movement["type"] == "disputed")
    if Dispute.objects.count() != disputes:
        yield f"{disputes} disputes there, {Dispute.objects.count()} here"
    posted = Transaction.objects.filter(classification=C.PAYMENT, payment_method=world.gateway_method_id)
    payments = posted.filter(state__in=("posted", "cancelled"), moved_from=None).count()
    expected = sum(1 for m in moved if m["type"] in ("captured", "dispute_won"))
    ours = PaymentRequest.objects.filter(provider=world.provider_id).values("pk")
    came_back = Event.objects.filter(type="payment_request.rejected", data__was="posted", object_id__in=ours)
    expected += came_back.count()  # refunds
    if payments != expected:
        yield f"{payments} payments by the gateway's method are posted, and it made {expected}"


def _sum(lines: Any) -> int:
    sums = lines.aggregate(debit=Sum("debit_minor", default=0), credit=Sum("credit_minor", default=0))
    return int(sums["debit"] - sums["credit"])


def _is_held_all_the_same(charge: Charge) -> bool:
    """Whether books of former times gave back what its gateway still holds: the proof names it until that is over."""
    return given_back_by_hand(charge, charge.captured_minor).minor > 0


def _given_back_by_hand() -> int:
    """What the books gave back and the gateway, which nobody asked, still holds."""
    return sum(given_back_by_hand(charge, charge.captured_minor).minor for charge in Charge.objects.all())
