"""What Stripe's objects mean. Pure: plain dicts in, outcomes and facts of the port out.

How a field is read, and what happens to one that is missing, stands in `stripe_client.objects`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    DisputeSeen,
    InProgress,
    InstrumentSeen,
    Outcome,
    RefundSeen,
    Succeeded,
)
from subledger.kernel.money import Money
from subledger.stripe_client.errors import Unreadable
from subledger.stripe_client.objects import Object, id_of, instant, money, name_of, need

logger = logging.getLogger(__name__)

# Ours in Stripe's metadata.
REQUEST, ACCOUNT, PROVIDER = "subledger_request", "subledger_account", "subledger_provider"
PAGE = "subledger_page"  # on payments that a customer makes on a page, where a refusal is not the last word

AUTHENTICATION = "authentication_required"
REFUND_STATES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}
# Inquiries (warning_*) and disputes that Stripe fended off (prevented) take no money.
DISPUTE_STATES = {
    "needs_response": "open",
    "under_review": "open",
    "appeal_needs_response": "open",
    "appeal_under_review": "open",
    "won": "won",
    "lost": "lost",
    "warning_needs_response": "",
    "warning_under_review": "",
    "warning_closed": "",
    "prevented": "",
}


def is_ours(thing: Object, provider: str) -> bool:
    return (thing.get("metadata") or {}).get(PROVIDER) == provider


def request_of(thing: Object, provider: str) -> str:
    """The request that an object was made for, or "" if by somebody else; another provider's is not ours."""
    return str((thing.get("metadata") or {}).get(REQUEST, "")) if is_ours(thing, provider) else ""


def is_of_page(intent: Object) -> bool:
    return PAGE in (intent.get("metadata") or {})


# -- outcomes ------------------------------------------------------------------------------------------------------


def outcome_of_intent(intent: Object) -> Outcome | None:
    """What became of a payment; None while Stripe has it and has not tried it yet."""
    reference, status = need(intent, "id"), need(intent, "status")
    if status == "succeeded":
        return _paid(intent)
    if status in ("processing", "requires_capture"):
        return InProgress(reference)
    if status == "requires_action":
        return ActionRequired(reference, url=redirect_of(intent)[0])
    if status == "canceled":
        reason = intent.get("cancellation_reason") or "canceled"
        return Declined(reason, "The payment was cancelled at Stripe before it was made.", reference)
    if status in ("requires_payment_method", "requires_confirmation"):
        error = intent.get("last_payment_error")
        return refusal(error, reference) if error else None
    raise Unreadable(f"Stripe's {name_of(intent)} has the unknown status {status!r}.")


def _paid(intent: Object) -> Succeeded:
    charge = need(intent, "latest_charge")
    if not charge:
        raise Unreadable(f"Stripe's {name_of(intent)} succeeded and names no charge.")
    moved = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
    with_what = _paid_with(charge)
    return Succeeded(
        reference=need(intent, "id"),
        amount=money(intent, "amount_received"),
        charge=id_of(charge),
        fee=_fee(moved) if isinstance(moved, Mapping) else None,
        instrument=id_of(intent.get("payment_method")),
        paid_with=with_what[0],
        last4=with_what[1],
    )


def _paid_with(charge: Any) -> tuple[str, str]:
    """The brand or kind of what a charge was paid with, and its last digits; ("", "") where Stripe does not say."""
    details = charge.get("payment_method_details") if isinstance(charge, Mapping) else None
    kind = (details or {}).get("type") or ""
    held = (details or {}).get(kind) or {}
    return str(held.get("brand") or kind), str(held.get("last4") or "")


def _fee(moved: Object) -> Money | None:
    """What Stripe kept; not known where it is finer than its currency. No payment waits for its fee to be readable."""
    try:
        return money(moved, "fee")
    except Unreadable as unreadable:
        logger.warning("%s", unreadable)
        return None


def refusal(error: Object, reference: str) -> Declined | ActionRequired:
    """A decline, by the bank's code where there is one. One that wants the customer is no decline yet."""
    code = error.get("decline_code") or error.get("code") or error.get("type") or "declined"
    if reference and AUTHENTICATION in (error.get("code"), error.get("decline_code")):
        return ActionRequired(reference)
    return Declined(str(code), str(error.get("message") or "The payment was declined."), reference)


def redirect_of(intent: Object) -> tuple[str, str]:
    """Where the customer authenticates, and where that leads back to; ("", "") where nothing says so."""
    target = (intent.get("next_action") or {}).get("redirect_to_url") or {}
    return target.get("url") or "", target.get("return_url") or ""


def outcome_of_refund(refund: Object) -> Outcome:
    reference, status = need(refund, "id"), refund_state(refund)
    if status == "succeeded":
        return Succeeded(reference, money(refund), charge=id_of(refund.get("charge")))
    if status == "pending":
        return InProgress(reference)
    if status == "cancelled":
        return Declined("refund_canceled", "The refund was cancelled at Stripe.", reference)
    reason = refund.get("failure_reason") or "refund_failed"
    return Declined(reason, f"The refund came back from the bank ({reason.replace('_', ' ')}).", reference)


def outcome_of_session(session: Object) -> Outcome | None:
    """What became of a page; None where its payment, once begun, has not been tried, or where it was to register by."""
    reference, status = need(session, "id"), need(session, "status")
    if status == "open":
        return ActionRequired(reference, need(session, "url") or "", instant(need(session, "expires_at")))
    if status == "expired":
        return Declined("session_expired", "The payment page expired before the customer paid.", reference)
    if status != "complete":
        raise Unreadable(f"Stripe's {name_of(session)} has the unknown status {status!r}.")
    return None if session.get("mode") == "setup" else outcome_of_intent(need(session, "payment_intent"))


# -- facts ---------------------------------------------------------------------------------------------------------


def refund_state(refund: Object) -> str:
    status = need(refund, "status")
    try:
        return REFUND_STATES[status]
    except KeyError:
        raise Unreadable(f"Stripe's {name_of(refund)} has the unknown status {status!r}.") from None


def refund_seen(refund: Object, provider: str) -> RefundSeen:
    return RefundSeen(
        reference=need(refund, "id"),
        charge=id_of(need(refund, "charge")),
        amount=money(refund),
        status=refund_state(refund),
        request=request_of(refund, provider),
        fee=_fees_of([refund.get("balance_transaction")]),
    )


def dispute_seen(dispute: Object) -> DisputeSeen | None:
    """A dispute that takes money, or None for what only asks or was fended off."""
    status = need(dispute, "status")
    if status not in DISPUTE_STATES:
        raise Unreadable(f"Stripe's {name_of(dispute)} has the unknown status {status!r}.")
    if not DISPUTE_STATES[status]:
        return None
    return DisputeSeen(
        reference=need(dispute, "id"),
        charge=id_of(need(dispute, "charge")),
        amount=money(dispute),
        status=DISPUTE_STATES[status],
        reason=dispute.get("reason") or "",
        fee=_fees_of(dispute.get("balance_transactions")),
    )


def _fees_of(movements: Any) -> Money | None:
    """What Stripe kept of movements of its balance, together; None where it does not say, or in several currencies."""
    charged = [one for one in movements or () if isinstance(one, Mapping) and one.get("fee") is not None]
    if not charged or len({one.get("currency") for one in charged}) > 1:
        return None
    return _fee({"fee": sum(one["fee"] for one in charged), "currency": charged[0]["currency"]})


def instrument_seen(method: Object, account: str, mandate: Object | None = None) -> InstrumentSeen:
    """A card or mandate, without anything that could be used to pay elsewhere."""
    kind = need(method, "type")
    held = method.get(kind) or {}
    return InstrumentSeen(
        account=account,
        token=need(method, "id"),
        kind=kind if kind in ("card", "sepa_debit") else "other",
        customer_token=id_of(method.get("customer")),
        brand=held.get("brand") or (kind if kind not in ("card", "sepa_debit") else ""),
        last4=held.get("last4") or "",
        exp_month=held.get("exp_month"),
        exp_year=held.get("exp_year"),
        country=held.get("country") or "",
        fingerprint=held.get("fingerprint") or "",
        mandate=_mandate_reference(mandate) if mandate else "",
        mandate_on=_mandate_day(mandate) if mandate else None,
    )


def _mandate_reference(mandate: Object) -> str:
    """The reference that the customer's bank knows it by, else Stripe's id of it."""
    details = mandate.get("payment_method_details") or {}
    return (details.get(details.get("type", "")) or {}).get("reference") or need(mandate, "id")


def _mandate_day(mandate: Object) -> date | None:
    """The day (UTC) on which the customer agreed."""
    accepted = (mandate.get("customer_acceptance") or {}).get("accepted_at")
    return instant(accepted).date() if accepted else None
