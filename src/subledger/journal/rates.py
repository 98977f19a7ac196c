"""What a month's end asks of exchange rates: that each currency of an account has one of the month."""

from __future__ import annotations

from django.db.models import Max

from subledger.accounts.models import Account
from subledger.companies.models import Company
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id

from .models import ExchangeRate
from .month_end import Looked, Month, MonthEndItem


def _rates(month: Month) -> Looked:
    base = Company.objects.get(pk=current_company_id()).base_currency
    used = set(Account.objects.exclude(currency=base).values_list("currency", flat=True).distinct())
    if not used:
        return Looked(say("Every account is in {currency}.", currency=base.upper()), True)
    rates = ExchangeRate.objects.filter(currency__in=used, on__lte=month.last)
    latest = dict(rates.values_list("currency").annotate(last=Max("on")).values_list("currency", "last"))
    lines = []
    for currency in sorted(used):
        last = latest.get(currency)
        if last is None:
            lines.append(say("{currency}: no rate through {last}.", currency=currency.upper(), last=month.last))
        elif last < month.first:
            lines.append(
                say("{currency}: none in the month; the rate of {last} counts.", currency=currency.upper(), last=last)
            )
    if not lines:
        return Looked(
            say("Each of {currencies} has a rate in the month.", currencies=", ".join(sorted(used)).upper()), True
        )
    return Looked(
        say("{currencies} without a rate in the month.", currencies=", ".join(line[:3] for line in lines)), False, lines
    )


ITEMS = (
    MonthEndItem(
        name="exchange-rates",
        title=say("Exchange rates"),
        about=say("Every currency of an account has a rate in the month. Enter what is missing."),
        position=80,
        look=_rates,
    ),
)
