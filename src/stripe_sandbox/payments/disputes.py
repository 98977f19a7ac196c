"""Disputes: a cardholder's bank takes a payment back, evidence is sent, and somebody wins.

Evidence decides by its text, as in Stripe's own test mode: ``winning_evidence`` or ``losing_evidence``; any other text
loses.
"""

from typing import Any

from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.payments import balance
from stripe_sandbox.payments.cards import Card
from stripe_sandbox.payments.money import THREE_DECIMAL, ZERO_DECIMAL
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata, snapshot
from stripe_sandbox.store import Account

DISPUTE = Shape("dispute", metadata={}, enhanced_eligibility_types=[], is_charge_refundable=False)
DAY = 86400
ANSWER_WITHIN = 9 * DAY
OPEN = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "debit_not_authorized": "MD06"}


def fee_of(currency: str) -> int:
    """Fifteen major units."""
    return 1500 if currency in ZERO_DECIMAL else 15000 if currency in THREE_DECIMAL else 1500


def open_dispute(
    account: Account, charge: Object, reason: str | None, *, amount: int | None = None, is_inquiry: bool = False
) -> Object:
    """The cardholder disputes a payment. An inquiry takes no money yet.

    Raises:
        StripeError: there is no captured payment, or it is disputed already.
    """
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if charge["disputed"] or not 0 < amount <= left:
        raise invalid(f"Charge {charge['id']} cannot be disputed over {amount}: {left} is left of it.", "charge")
    card: Card | None = account.secret(charge["payment_method"]).get("card")
    reason = reason or "general"
    dispute = DISPUTE.new(
        id=account.new_id("dp" if card else "du"),
        amount=amount,
        charge=charge["id"],
        created=account.timeline_of(charge["customer"]).now,
        currency=charge["currency"],
        livemode=account.livemode,
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {
                "brand": card.brand,
                "case_type": "inquiry" if is_inquiry else "chargeback",
                "network_reason_code": NETWORK_CODES.get(reason, "13.7"),
            },
            "type": "card",
        }
        if card
        else None,
        reason=reason,
        is_charge_refundable=is_inquiry,
        status="warning_needs_response" if is_inquiry else "needs_response",
    )
    due_by = dispute["created"] + ANSWER_WITHIN
    dispute["evidence_details"].update(due_by=due_by, has_evidence=False, past_due=False, submission_count=0)
    account.add(dispute)
    charge["disputed"] = True
    account.emit("charge.dispute.created", dispute)
    if not is_inquiry:
        _move(account, dispute, charge, -amount, fee_of(charge["currency"]))
        account.secret(charge["id"])["is_charged_back"] = True
        account.emit("charge.dispute.funds_withdrawn", dispute)
        account.sandbox.moved.record(account, "disputed", charge, amount, dispute)
    account.later(due_by, lambda: _let_lapse(account, dispute), customer=charge["customer"])
    return dispute


def _move(account: Account, dispute: Object, charge: Object, amount: int, fee: int) -> None:
    moved = balance.transact(
        account,
        type="adjustment",
        amount=amount,
        currency=dispute["currency"],
        source=dispute["id"],
        fee=fee,
        fee_name="Dispute fee",
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {charge['id']}",
        after=0,
    )
    dispute["balance_transactions"].append(moved)


def _let_lapse(account: Account, dispute: Object) -> None:
    """Nobody answered in time: an inquiry closes, a chargeback is lost."""
    if dispute["status"] in ("needs_response", "warning_needs_response"):
        before = snapshot(dispute)
        dispute["evidence_details"]["past_due"] = True
        _end(account, dispute, "lost" if dispute["status"] == "needs_response" else "warning_closed", before)


def decide(account: Account, dispute: Object, *, is_won: bool) -> None:
    """The bank decides an open dispute."""
    if dispute["status"] in OPEN:
        is_inquiry = dispute["status"].startswith("warning")
        _end(account, dispute, "warning_closed" if is_inquiry else "won" if is_won else "lost", snapshot(dispute))


def _end(account: Account, dispute: Object, status: str, before: Object) -> None:
    dispute.update(status=status, is_charge_refundable=status != "lost")
    account.emit("charge.dispute.updated", dispute, before)
    account.emit("charge.dispute.closed", dispute)
    if status == "won":
        charge = account.get("charge", dispute["charge"])
        _move(account, dispute, charge, dispute["amount"], 0)
        account.secret(charge["id"])["is_charged_back"] = False
        account.emit("charge.dispute.funds_reinstated", dispute)
        account.sandbox.moved.record(account, "dispute_won", charge, dispute["amount"], dispute)


@route("GET", "/v1/disputes/{dispute}")
def retrieve(call: Call) -> Object:
    return call.named("dispute")


@route("POST", "/v1/disputes/{dispute}")
def update(call: Call) -> Object:
    account, dispute, given = call.account, call.named("dispute"), call.params
    evidence: dict[str, Any] = given.get("evidence") or {}
    is_open = dispute["status"] in ("needs_response", "warning_needs_response")
    if not is_open and (evidence or given.get("submit")):
        raise invalid(
            f"This dispute has the status {dispute['status']}; evidence can be given while it needs a response.",
            "evidence",
            "dispute_evidence_not_accepted",
        )
    before = snapshot(dispute)
    merge_metadata(dispute, given)
    if evidence:
        dispute["evidence"].update(evidence)
        dispute["evidence_details"]["has_evidence"] = True
    if is_open and given.get("submit", bool(evidence)):
        warning = "warning_" if dispute["status"].startswith("warning") else ""
        dispute["status"] = f"{warning}under_review"
        dispute["evidence_details"]["submission_count"] += 1
        is_won = dispute["evidence"]["uncategorized_text"] == "winning_evidence"
        customer = account.get("charge", dispute["charge"])["customer"]
        timeline = account.timeline_of(customer)
        timeline.at(timeline.exact, lambda: decide(account, dispute, is_won=is_won))
    account.emit("charge.dispute.updated", dispute, before)
    return dispute


@route("POST", "/v1/disputes/{dispute}/close")
def close(call: Call) -> Object:
    """Accept that the money is lost."""
    dispute = call.named("dispute")
    if dispute["status"] not in OPEN:
        raise invalid(f"This dispute is already closed: its status is {dispute['status']}.")
    _end(call.account, dispute, "lost", snapshot(dispute))
    return dispute


@route("GET", "/v1/disputes")
def list_disputes(call: Call) -> Object:
    return page(call, call.account.all("dispute"), equal=("charge", "payment_intent"))
