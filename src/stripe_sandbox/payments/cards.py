"""The published test cards, tokens and IBANs, and how each behaves (docs.stripe.com/testing).

Numbers are typed on the sandbox's own pages only; the API takes the tokens. Beyond what is published,
``pm_card_decline_<code>`` declines with any decline code of docs.stripe.com/declines/codes.
"""

from dataclasses import dataclass, replace
from typing import Literal

#: Codes that are errors of their own; every other decline is a ``card_declined`` with a ``decline_code``.
OWN_CODES = {"expired_card", "incorrect_cvc", "incorrect_number", "processing_error", "incorrect_zip"}
DECLINE_CODES = frozenset(
    """authentication_required approve_with_id call_issuer card_not_supported card_velocity_exceeded
    currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent generic_decline
    incorrect_number incorrect_cvc incorrect_pin incorrect_zip insufficient_funds invalid_account invalid_amount
    invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin issuer_not_available lost_card
    merchant_blacklist new_account_information_available no_action_taken not_permitted offline_pin_required
    online_or_offline_pin_required pickup_card pin_try_exceeded processing_error reenter_transaction restricted_card
    revocation_of_all_authorizations revocation_of_authorization security_violation service_not_allowed stolen_card
    stop_payment_order testmode_decline transaction_not_allowed try_again_later
    withdrawal_count_limit_exceeded""".split()  # noqa: SIM905
)
MESSAGES = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "incorrect_zip": "The zip code you supplied failed validation.",
    "insufficient_funds": "Your card has insufficient funds.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently or exceeding its "
    "amount limit.",
    "currency_not_supported": "Your card does not support this currency.",
    "card_not_supported": "Your card does not support this type of purchase.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}

#: When the bank wants to see the cardholder: never, always, on-session and until set up, on-session only.
Authentication = Literal["never", "always", "unless_set_up", "on_session"]


@dataclass(frozen=True, slots=True)
class Card:
    """One card: what is printed on it, and what happens when it is used.

    ``decline`` is a decline code. It declines attaching too, unless ``attaches``. ``dispute`` is the reason of a
    dispute that follows a payment, ``refund`` the way of a refund: at once, pending first, or failing later.
    """

    number: str
    token: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: str | None = None
    attaches: bool = False
    authentication: Authentication = "never"
    dispute: str | None = None
    is_inquiry: bool = False
    refund: Literal["succeeds", "pending", "fails"] = "succeeds"
    is_available_at_once: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


@dataclass(frozen=True, slots=True)
class Iban:
    """One bank account: whether a debit comes through, after how many seconds, and whether it is disputed."""

    iban: str
    fails: str | None = None
    after: int = 5
    dispute: str | None = None


PUBLISHED = (
    Card("4242424242424242", "visa"),
    Card("4000056655665556", "visa_debit", funding="debit"),
    Card("5555555555554444", "mastercard", brand="mastercard"),
    Card("2223003122003222", "mastercard_2series", brand="mastercard"),
    Card("5200828282828210", "mastercard_debit", brand="mastercard", funding="debit"),
    Card("5105105105105100", "mastercard_prepaid", brand="mastercard", funding="prepaid"),
    Card("378282246310005", "amex", brand="amex"),
    Card("6011111111111117", "discover", brand="discover"),
    Card("3056930009020004", "diners", brand="diners"),
    Card("3566002020360505", "jcb", brand="jcb"),
    Card("6200000000000005", "unionpay", brand="unionpay"),
    Card("4000000400000008", "at", country="AT"),
    Card("4000000560000004", "be", country="BE"),
    Card("4000002760000016", "de", country="DE"),
    Card("4000002500000003", "fr", country="FR"),
    Card("4000003720000005", "ie", country="IE"),
    Card("4000003800000008", "it", country="IT"),
    Card("4000004280000005", "lv", country="LV"),
    Card("4000005280000002", "nl", country="NL"),
    Card("4000007240000007", "es", country="ES"),
    Card("4000007560000009", "ch", country="CH"),
    Card("4000008260000000", "gb", country="GB"),
    Card("4000001240000000", "ca", country="CA"),
    Card("4000003920000003", "jp", brand="jcb", country="JP"),
    Card("4000000000000002", "visa_chargeDeclined", decline="generic_decline"),
    Card("4000000000009995", "visa_chargeDeclinedInsufficientFunds", decline="insufficient_funds"),
    Card("4000000000009987", "visa_chargeDeclinedLostCard", decline="lost_card"),
    Card("4000000000009979", "visa_chargeDeclinedStolenCard", decline="stolen_card"),
    Card("4000000000000069", "chargeDeclinedExpiredCard", decline="expired_card"),
    Card("4000000000000127", "chargeDeclinedIncorrectCvc", decline="incorrect_cvc"),
    Card("4000000000000119", "chargeDeclinedProcessingError", decline="processing_error"),
    Card("4242424242424241", "chargeDeclinedIncorrectNumber", decline="incorrect_number"),
    Card("4000000000006975", "visa_chargeDeclinedVelocityLimitExceeded", decline="card_velocity_exceeded"),
    Card("4100000000000019", "radarBlock", decline="fraudulent"),
    Card("4000000000000341", "chargeCustomerFail", decline="generic_decline", attaches=True),
    Card("4000000000000259", "createDispute", dispute="fraudulent"),
    Card("4000000000002685", "createDisputeProductNotReceived", dispute="product_not_received"),
    Card("4000000000001976", "createDisputeInquiry", dispute="product_not_received", is_inquiry=True),
    Card("4000000000007726", "pendingRefund", refund="pending"),
    Card("4000000000005126", "refundFail", refund="fails"),
    Card("4000000000000077", "bypassPending", is_available_at_once=True),
    Card("4000002500003155", "authenticationRequiredOnSetup", authentication="unless_set_up"),
    Card("4000002760003184", "authenticationRequired", authentication="always"),
    Card("4000003800000446", "authenticationRequiredSetupForOffSession", authentication="on_session"),
    Card(
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        authentication="on_session",
        decline="insufficient_funds",
        attaches=True,
    ),
    Card("4000000000003220", "threeDSecure2Required", authentication="unless_set_up"),
    Card(
        "4000008400001629",
        "threeDSecureRequiredChargeDeclined",
        authentication="unless_set_up",
        decline="generic_decline",
        attaches=True,
    ),
    Card("4000000000003055", "threeDSecureOptional"),
)
BY_NUMBER = {card.number: card for card in PUBLISHED}
_ALIASES = {"us": "visa", "chargeDeclined": "visa_chargeDeclined", "threeDSecureRequired": "threeDSecure2Required"}
_BY_TOKEN = {card.token: card for card in PUBLISHED}
for _card in PUBLISHED:  # "visa_" is left out of many names in older examples
    _BY_TOKEN.setdefault(_card.token.removeprefix("visa_"), _card)
_BY_TOKEN |= {alias: _BY_TOKEN[token] for alias, token in _ALIASES.items()}

_MINUTES = 180
IBANS = {
    account.iban: account
    for account in (
        Iban("AT611904300234573201"),
        Iban("AT321904300235473204", after=_MINUTES),
        Iban("AT861904300235473202", fails="debit_not_authorized"),
        Iban("AT051904300235473205", fails="debit_not_authorized", after=_MINUTES),
        Iban("AT591904300235473203", dispute="debit_not_authorized"),
        Iban("AT981904300002222227", fails="insufficient_funds"),
        Iban("DE89370400440532013000"),
        Iban("DE08370400440532013003", after=_MINUTES),
        Iban("DE62370400440532013001", fails="debit_not_authorized"),
        Iban("DE78370400440532013004", fails="debit_not_authorized", after=_MINUTES),
        Iban("DE35370400440532013002", dispute="debit_not_authorized"),
        Iban("DE65370400440002222227", fails="insufficient_funds"),
    )
}


def card_of_token(token: str) -> Card | None:
    """The card behind ``pm_card_…`` or ``tok_…``, or None."""
    name = token.removeprefix("pm_card_").removeprefix("tok_")
    code = name.removeprefix("decline_")
    if code in DECLINE_CODES and code != name:
        return replace(_BY_TOKEN["visa"], token=name, decline=code)
    return _BY_TOKEN.get(name)


def card_of_number(number: str) -> Card | None:
    """The card with that number. A number that is well formed and unpublished behaves like 4242."""
    known = BY_NUMBER.get(number)
    if known or not is_luhn(number):
        return known
    brands = {"4": "visa", "5": "mastercard", "2": "mastercard", "3": "amex", "6": "discover"}
    return Card(number, "visa", brand=brands.get(number[0], "unknown"))


def is_luhn(number: str) -> bool:
    """Whether a card number has a plausible length and its check digit is right."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def iban_of(text: str) -> Iban | None:
    """The bank account with that IBAN; a valid unpublished one comes through. None: the IBAN is wrong."""
    iban = text.replace(" ", "").upper()
    if not (iban.isascii() and iban.isalnum() and 15 <= len(iban) <= 34 and iban[:2].isalpha()):
        return None
    known = IBANS.get(iban)
    if known:
        return known
    # ISO 13616: country and check digits moved behind, letters as numbers, remainder 1.
    return Iban(iban) if int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1 else None


def error_code(decline: str) -> str:
    """The error code that goes with a decline code."""
    return decline if decline in OWN_CODES or decline == "authentication_required" else "card_declined"


def message(decline: str) -> str:
    """What the cardholder is told."""
    return MESSAGES.get(decline, "Your card was declined.")
