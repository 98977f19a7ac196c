"""Why a candidate is left alone, in the order in which reasons are looked for: the first that holds is its one."""

from __future__ import annotations

from enum import StrEnum

from subledger.kernel.sentences import say


class Reason(StrEnum):
    PROVIDER_NOT_EFFECTIVE = "provider_not_effective"
    NO_PREFERENCE = "no_preference"
    NOT_RECURRING = "not_recurring"
    OPEN_REQUEST = "open_request"
    DISPUTED = "disputed"
    PAY_PAGE_OPEN = "pay_page_open"
    PROMISED = "promised"
    DECLINED_FOR_GOOD = "declined_for_good"
    CARD_EXPIRED = "card_expired"
    CURRENCY = "currency"
    ACCOUNT_NOT_ACTIVE = "account_not_active"
    EXCLUDED = "excluded"
    IN_DOUBT = "in_doubt"
    UNDER_WAY = "under_way"
    BELOW_MINIMUM = "below_minimum"
    # At the last look, when what was selected is recorded:
    SETTLED = "settled"
    AMOUNT_CHANGED = "amount_changed"


WORDS: dict[str, str] = {
    Reason.PROVIDER_NOT_EFFECTIVE: say("The payment gateway was switched off"),
    Reason.NO_PREFERENCE: say("No way to pay of this provider"),
    Reason.NOT_RECURRING: say("Not to be charged automatically"),
    Reason.OPEN_REQUEST: say("A payment request is open for it"),
    Reason.DISPUTED: say("Disputed"),
    Reason.PAY_PAGE_OPEN: say("Its customer is on a page to pay it"),
    Reason.PROMISED: say("Promised: nothing of it is due yet"),
    Reason.DECLINED_FOR_GOOD: say("This way to pay was declined for good"),
    Reason.CARD_EXPIRED: say("The card has expired"),
    Reason.CURRENCY: say("The provider does not take its currency"),
    Reason.ACCOUNT_NOT_ACTIVE: say("The account is not active"),
    Reason.EXCLUDED: say("Left out by the definition"),
    Reason.IN_DOUBT: say("Money of it may have moved: somebody has to look into it"),
    Reason.UNDER_WAY: say("Covered by what is under way on the account"),
    Reason.BELOW_MINIMUM: say("Less than the smallest amount"),
    Reason.SETTLED: say("Settled in the meantime"),
    Reason.AMOUNT_CHANGED: say("Another amount is open by now"),
}
