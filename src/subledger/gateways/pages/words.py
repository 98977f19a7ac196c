"""What a payment request waits for, and why one failed, in words for the people at the desk."""

from __future__ import annotations

from datetime import date

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.declines import DeclineClass
from subledger.gateways.models import BarredWay, Instrument, PaymentRequest
from subledger.gateways.queries import brand_named
from subledger.gateways.registry import decline_class, kind_named
from subledger.gateways.rules.outcomes import NOT_LEFT, is_usable
from subledger.gateways.states import RequestState as S
from subledger.gateways.states import RequestType
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import day_of
from subledger.page_kit.formats import formats
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = [
    "WAY_OUT",
    "advice",
    "barred_words",
    "card_words",
    "error_words",
    "expiry_words",
    "purpose_of",
    "shown_state",
    "waits_for",
    "way_words",
]

# Codes of ours, and those of Stripe's declines where its own message leaves open what to do
# (docs.stripe.com/declines/codes).
ERRORS = {
    "no_answer": say("No answer came back: the money may have moved"),
    "posting_refused": say("The gateway moved the money, and the books cannot post it yet"),
    "amount_differs": say("The gateway says that another amount moved: nothing is booked until the amounts agree"),
    "never_arrived": say("The gateway never received it"),
    "action_expired": say("The customer did not finish in time"),
    "to_suspense": say("Collected; its account could not take it, so it is on the suspense account"),
    "authentication_required": say("The bank wants the customer to authenticate"),
    "card_declined": say("The bank declined the card"),
    "generic_decline": say("The bank declined and gives no reason"),
    "insufficient_funds": say("There is not enough money on the card"),
    "expired_card": say("The card has expired: the customer has to register another"),
    "lost_card": say("The bank says the card is lost: do not try it again"),
    "stolen_card": say("The bank says the card is stolen: do not try it again"),
    "incorrect_cvc": say("The security code is wrong"),
    "do_not_honor": say("The bank declined and gives no reason: the customer can ask it"),
    "processing_error": say("The gateway could not process it: try again later"),
    "rate_limit": say("The gateway asked us to slow down: it is sent again automatically"),
    "refund_failed": say("The refund came back: the card or bank account does not take it any more"),
}


def error_words(code: str, message: str = "") -> str:
    """A gateway's code for people: our own words where we have them, else the gateway's message."""
    return ERRORS.get(code) or message or show.word(code)


WAY_OUT = say(
    "Let the customer register it anew, or another one: that takes its place. Or allow charging again, where you know "
    "that it works. Whoever chooses it when they collect charges it all the same."
)
LATER = frozenset({"insufficient_funds", "try_again_later"})  # of which the code itself says that waiting helps


def is_dead(row: PaymentRequest) -> bool:
    """Whether what was charged will not work again: another way to pay is needed."""
    return decline_class(row.error_code, row.provider.kind) is DeclineClass.HARD


def advice(row: PaymentRequest) -> str:
    """What to do next about a charge that failed."""
    class_ = decline_class(row.error_code, row.provider.kind)
    if class_ is DeclineClass.HARD:
        return say("This card will not work again: charge another one, or send a link.")
    if class_ is DeclineClass.GATEWAY_ERROR or row.error_code in LATER:
        return say("Try again in a few days, charge another card, or send a link.")
    if class_ is DeclineClass.CUSTOMER_NEEDED:
        return say("Send the customer a link: they confirm it with their bank as they pay.")
    return say("Try once more, charge another card, or send a link. The customer can ask their bank why.")


def waits_for(row: PaymentRequest) -> str:
    """What an open request waits for, and what happens next; "" for one that is over."""
    if not kind_named(row.provider.kind).executes and row.state in (S.PENDING, S.UNDER_PROCESSING):
        return say("An integrator carries it out and reports back, by the API or a file of results.")
    if row.state == S.UNKNOWN and row.error_code == "posting_refused":
        return say("The gateway has the money. It is posted as soon as the books take it; look it up to try again now.")
    return {
        S.PENDING: say("It is sent to the gateway in a moment."),
        S.UNDER_PROCESSING: say("The gateway has it and takes its time; its answer is taken in automatically."),
        S.REQUIRES_ACTION: say("The customer has to authenticate or pay. Copy the link and send it to them."),
        S.UNKNOWN: say("No answer came back. The gateway is asked again automatically; do not pay it a second time."),
    }.get(S(row.state), "")


def purpose_of(row: PaymentRequest) -> str:
    """What a request is for, in a few words."""
    if row.type == RequestType.PAYMENT and row.transaction_id is None:
        return say("Automatic payment") if row.preference_id else say("Payment on the gateway's page")
    return show.word(row.type)


def barred_words(bar: BarredWay) -> str:
    """When and why a way to pay was declined for good; its request should be at hand."""
    row = bar.failed_request
    return say(
        "Declined for good on {on}: {why}.",
        on=formats().write_day(row.executed_on or day_of(bar.since)),
        why=error_words(row.error_code, row.error_message).rstrip("."),
    )


def expiry_words(instrument: Instrument, today: date) -> str:
    """``until 12/2030``, or that it has expired; "" for what does not expire."""
    if instrument.exp_year is None or instrument.exp_month is None:
        return ""
    good = is_usable(instrument.exp_year, instrument.exp_month, year=today.year, month=today.month)
    month = f"{instrument.exp_month:02}/{instrument.exp_year}"
    return say("until {month}", month=month) if good else say("expired {month}", month=month)


def card_words(way: AccountPaymentPreference) -> str:
    """What is charged, before it is: Visa ending 4242, expires 12/27; ``instrument`` should be at hand."""
    instrument = getattr(way, "instrument", None)
    if instrument is None:
        return str(way)
    brand = brand_named(instrument.brand or instrument.kind)
    if instrument.exp_year is None or instrument.exp_month is None:
        return say("{brand} ending {last4}", brand=brand, last4=instrument.last4)
    month = f"{instrument.exp_month:02}/{instrument.exp_year % 100:02}"
    return say("{brand} ending {last4}, expires {month}", brand=brand, last4=instrument.last4, month=month)


def shown_state(row: PaymentRequest) -> str:
    """The state as people call it: what the gateway refused has failed; what was withdrawn or settled has not."""
    return "failed" if row.state == S.REJECTED and row.error_code not in NOT_LEFT else row.state


def way_words(way: AccountPaymentPreference, today: date) -> str:
    """A way to pay as people tell it apart: a card by its brand and last digits; ``instrument`` should be at hand."""
    instrument = getattr(way, "instrument", None)
    if instrument is None:
        return str(way)
    standing = say("default") if instrument.is_default else ""
    return ", ".join(map(said, filter(None, (str(instrument), expiry_words(instrument, today), standing))))
