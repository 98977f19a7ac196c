from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.outcomes import OutcomeUnseen
from subledger.kernel.sentences import joined, say


class PeriodClosed(DomainError):
    code = "period_closed"

    def __init__(self, *, effective_on: date, closed_through: date) -> None:
        self.effective_on, self.closed_through = effective_on, closed_through
        super().__init__(
            say(
                "Cannot post on {effective_on}: the books are closed through "
                "{closed_through}. Post on {first_open} or later, or ask an accountant to reopen "
                "the period.",
                effective_on=effective_on,
                closed_through=closed_through,
                first_open=closed_through + timedelta(days=1),
            ),
            param="/posted_on",
        )


class PeriodInvalid(Invalid):
    code = "period_invalid"


class PeriodNotClear(OutcomeUnseen):
    """``words`` are what closing comes to, a sentence each."""

    code = "period_not_clear"

    def __init__(self, through: date, *, words: Sequence[str], outcome: str) -> None:
        super().__init__(
            say(
                "Nothing was closed: what closing through {through} comes to was not shown, or has "
                "changed since. {words} Finish what is left, close through an earlier day, or look at it "
                "and ask for it again. Whoever may close periods can reopen them, with a reason.",
                through=through,
                words=joined(words, " "),
            ),
            outcome=outcome,
            param="/through",
        )


class ReopeningUnseen(OutcomeUnseen):
    """``words`` are what reopening comes to, a sentence each."""

    code = "reopening_unseen"

    def __init__(self, *, words: Sequence[str], outcome: str) -> None:
        super().__init__(
            say(
                "Nothing was reopened: the closing that would be taken back is not one that was shown. {words}",
                words=joined(words, " "),
            ),
            outcome=outcome,
        )


class MonthEndUnseen(OutcomeUnseen):
    """``words`` are what the line says now."""

    code = "month_end_unseen"

    def __init__(self, title: str, *, words: str, outcome: str) -> None:
        super().__init__(
            say(
                "{title} was not marked as done: what it comes to was not shown, or has changed since. "
                "It says now: {words}",
                title=title,
                words=words,
            ),
            outcome=outcome,
        )


class ExchangeRateMissing(DomainError):
    code = "exchange_rate_missing"

    def __init__(self, *, currency: str, base: str, on: date) -> None:
        super().__init__(
            say(
                "Cannot post in {currency} on {on}: there is no exchange rate to {base} on or before "
                "that day. Enter or import one under Configuration, Exchange rates.",
                currency=currency.upper(),
                on=on,
                base=base.upper(),
            )
        )


class ExchangeRateInvalid(Invalid):
    code = "exchange_rate_invalid"


class ExchangeRateImplausible(ConfirmationNeeded):
    code = "exchange_rate_implausible"
    confirmation = "confirm_rate"

    def __init__(self, *, currency: str, base: str, rate: str, last: str, last_on: date, inverted: bool) -> None:
        unit, money = currency.upper(), base.upper()
        guess = (
            say(" It looks like the other direction, 1 {money} in {unit}.", money=money, unit=unit) if inverted else ""
        )
        super().__init__(
            say(
                "1 {unit} = {rate} {money} is far from the rate of {last_on}, {last}.{guess} Correct it, "
                "or confirm it.",
                unit=unit,
                rate=rate,
                money=money,
                last_on=last_on,
                last=last,
                guess=guess,
            ),
            param="/rate",
        )
        self.remedies[Door.COMMAND] = say("An import keeps such rates with --accept-rates.")


class LedgerAccountInvalid(Invalid):
    code = "ledger_account_invalid"
