from __future__ import annotations

from datetime import date, timedelta

from subledger.kernel.errors import DomainError, Invalid


class PeriodClosed(DomainError):
    code = "period_closed"

    def __init__(self, *, effective_on: date, closed_through: date) -> None:
        self.effective_on, self.closed_through = effective_on, closed_through
        super().__init__(
            f"Cannot post with effective date {effective_on}: the books are closed through {closed_through}. "
            f"Post on {closed_through + timedelta(days=1)} or later, or ask an accountant to reopen the period.",
            param="/posted_on",
        )


class PeriodInvalid(Invalid):
    code = "period_invalid"


class ExchangeRateMissing(DomainError):
    code = "exchange_rate_missing"

    def __init__(self, *, currency: str, base: str, on: date) -> None:
        super().__init__(
            f"Cannot post in {currency.upper()} on {on}: there is no exchange rate to {base.upper()} on or before that "
            "day. Enter or import one under Configuration, Exchange rates."
        )


class ExchangeRateInvalid(Invalid):
    code = "exchange_rate_invalid"


class LedgerAccountInvalid(Invalid):
    code = "ledger_account_invalid"
