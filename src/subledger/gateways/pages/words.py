"""What a payment request waits for, and why one failed, in words for the people at the desk."""

from __future__ import annotations

from datetime import date

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.queries import brand_named
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import NOT_LEFT, is_usable
from subledger.gateways.states import RequestState as S
from subledger.gateways.states import RequestType
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = ["advice", "card_words", "error_words", "expiry_words", "purpose_of", "shown_state", "waits_for", "way_words"]

# Codes of ours, and those of Stripe's declines where its own message leaves open what to do
# (docs.stripe.com/declines/codes).
ERRORS = {
    "no_answer": "No answer came back: the money may have moved",
    "posting_refused": "The gateway moved the money, and the books cannot post it yet",
    "amount_differs": "The gateway says that another amount moved: nothing is booked until the amounts agree",
    "never_arrived": "The gateway never received it",
    "action_expired": "The customer did not finish in time",
    "to_suspense": "Collected; its account could not take it, so it is on the suspense account",
    "authentication_required": "The bank wants the customer to authenticate",
    "card_declined": "The bank declined the card",
    "generic_decline": "The bank declined and gives no reason",
    "insufficient_funds": "There is not enough money on the card",
    "expired_card": "The card has expired: the customer has to register another",
    "lost_card": "The bank says the card is lost: do not try it again",
    "stolen_card": "The bank says the card is stolen: do not try it again",
    "incorrect_cvc": "The security code is wrong",
    "do_not_honor": "The bank declined and gives no reason: the customer can ask it",
    "processing_error": "The gateway could not process it: try again later",
    "rate_limit": "The gateway asked us to slow down: it is sent again automatically",
    "refund_failed": "The refund came back: the card or bank account does not take it any more",
}


def error_words(code: str, message: str = "") -> str:
    """A gateway's code for people: our own words where we have them, else the gateway's message."""
    return ERRORS.get(code) or message or show.word(code)


# Those of a card that no bank takes again: another has to be charged.
DEAD = frozenset({"expired_card", "lost_card", "stolen_card", "incorrect_cvc", "pickup_card", "invalid_account"})
LATER = frozenset({"insufficient_funds", "processing_error", "try_again_later", "rate_limit"})


def advice(code: str) -> str:
    """What to do next about a charge that failed."""
    if code in DEAD:
        return "This card will not work again: charge another one, or send a link."
    if code in LATER:
        return "Try again in a few days, charge another card, or send a link."
    if code == "authentication_required":
        return "Send the customer a link: they confirm it with their bank as they pay."
    return "Try once more, charge another card, or send a link. The customer can ask their bank why."


def waits_for(row: PaymentRequest) -> str:
    """What an open request waits for, and what happens next; "" for one that is over."""
    if not kind_named(row.provider.kind).executes and row.state in (S.PENDING, S.UNDER_PROCESSING):
        return "An integrator carries it out and reports back, by the API or a file of results."
    if row.state == S.UNKNOWN and row.error_code == "posting_refused":
        return "The gateway has the money. It is posted as soon as the books take it; look it up to try again now."
    return {
        S.PENDING: "It is sent to the gateway in a moment.",
        S.UNDER_PROCESSING: "The gateway has it and takes its time; its answer is taken in automatically.",
        S.REQUIRES_ACTION: "The customer has to authenticate or pay. Copy the link and send it to them.",
        S.UNKNOWN: "No answer came back. The gateway is asked again automatically; do not pay it a second time.",
    }.get(S(row.state), "")


def purpose_of(row: PaymentRequest) -> str:
    """What a request is for, in a few words."""
    if row.type == RequestType.PAYMENT and row.transaction_id is None:
        return "Payment on the gateway's page"
    return show.word(row.type)


def expiry_words(instrument: Instrument, today: date) -> str:
    """``until 12/2030``, or that it has expired; "" for what does not expire."""
    if instrument.exp_year is None or instrument.exp_month is None:
        return ""
    good = is_usable(instrument.exp_year, instrument.exp_month, year=today.year, month=today.month)
    return f"{'until' if good else 'expired'} {instrument.exp_month:02}/{instrument.exp_year}"


def card_words(way: AccountPaymentPreference) -> str:
    """What is charged, before it is: Visa ending 4242, expires 12/27; ``instrument`` should be at hand."""
    instrument = getattr(way, "instrument", None)
    if instrument is None:
        return str(way)
    ends = f"{brand_named(instrument.brand or instrument.kind)} ending {instrument.last4}"
    if instrument.exp_year is None or instrument.exp_month is None:
        return ends
    return f"{ends}, expires {instrument.exp_month:02}/{instrument.exp_year % 100:02}"


def shown_state(row: PaymentRequest) -> str:
    """The state as people call it: what the gateway refused has failed; what was withdrawn or settled has not."""
    return "failed" if row.state == S.REJECTED and row.error_code not in NOT_LEFT else row.state


def way_words(way: AccountPaymentPreference, today: date) -> str:
    """A way to pay as people tell it apart: a card by its brand and last digits; ``instrument`` should be at hand."""
    instrument = getattr(way, "instrument", None)
    if instrument is None:
        return str(way)
    standing = "default" if instrument.is_default else ""
    return ", ".join(filter(None, (str(instrument), expiry_words(instrument, today), standing)))
