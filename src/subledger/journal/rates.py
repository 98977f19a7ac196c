"""What a month's end asks of exchange rates: that each currency of an account has one of the month."""

from __future__ import annotations

from django.db.models import Max

from subledger.accounts.models import Account
from subledger.companies.models import Company
from subledger.platform.scope import current_company_id

from .models import ExchangeRate
from .month_end import Looked, Month, MonthEndItem


def _rates(month: Month) -> Looked:
    base = Company.objects.get(pk=current_company_id()).base_currency
    used = set(Account.objects.exclude(currency=base).values_list("currency", flat=True).distinct())
    if not used:
        return Looked(f"Every account is in {base.upper()}.", True)
    rates = ExchangeRate.objects.filter(currency__in=used, on__lte=month.last)
    latest = dict(rates.values_list("currency").annotate(last=Max("on")).values_list("currency", "last"))
    lines = []
    for currency in sorted(used):
        last = latest.get(currency)
        if last is None:
            lines.append(f"{currency.upper()}: no rate through {month.last}.")
        elif last < month.first:
            lines.append(f"{currency.upper()}: none in the month; the rate of {last} counts.")
    if not lines:
        return Looked(f"Each of {', '.join(sorted(used)).upper()} has a rate in the month.", True)
    return Looked(f"{', '.join(line[:3] for line in lines)} without a rate in the month.", False, lines)


ITEMS = (
    MonthEndItem(
        name="exchange-rates",
        title="Exchange rates",
        about="Every currency of an account has a rate in the month. Enter what is missing.",
        position=80,
        look=_rates,
    ),
)
