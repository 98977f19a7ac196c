"""What a provider collects by on each account, as SQL for statements over many accounts.

The rule of one account is `services.provider_choice.instrument_for`: what the account prefers, if the provider
processes it; else the provider's default card or mandate there. Of a provider that we do not call, any way to pay that
it lists, the preferred before the first, and what was declined for good (`barred_ways`) after those that were not; to
pay out, what its bank refused because of the account after all others.
Whether it may be used without anybody asking, has expired, or was declined for good, is told too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from subledger.accounts.models import AccountPaymentPreference
from subledger.kernel.sentences import say
from subledger.platform.rows import typed_rows

from .models import BarredWay, Provider
from .registry import kind_named
from .states import ProviderState

# One row an account: ``account_id, preference_id, is_recurring, is_expired, is_barred``. A card is good through the
# last day of its month (`rules.outcomes.is_usable`).
REGISTERED = """
    SELECT DISTINCT ON (p.account_id) p.account_id, p.id AS preference_id, p.is_recurring,
           COALESCE((i.exp_year, i.exp_month) < (%(way_year)s::int, %(way_month)s::int), false) AS is_expired,
           b.id IS NOT NULL AS is_barred
      FROM gateways_instrument i JOIN accounts_accountpaymentpreference p ON p.id = i.chosen_id
      LEFT JOIN gateways_barredway b ON b.preference_id = p.id AND b.ended_at IS NULL
     WHERE i.provider_id = %(way_provider)s AND i.mode = %(way_mode)s AND i.removed_at IS NULL
       AND p.released_at IS NULL AND (p.is_default OR i.is_default)
     ORDER BY p.account_id, p.is_default DESC
"""
# Among the ways ``w`` on one account, of which a provider that we do not call uses the first.
BARRED = "EXISTS (SELECT FROM gateways_barredway b WHERE b.preference_id = w.id AND b.ended_at IS NULL)"
BEST_FIRST = ("w.is_default DESC", BARRED, "w.id")
# What a bank that says it of an account says of it again, and of refunds as of debits; a mandate has no part in it.
OF_THE_ACCOUNT = "('AC01', 'AC03', 'AC04', 'AC06', 'CNOR', 'MD07', 'RC01')"
REFUSED = f"""(EXISTS (SELECT FROM gateways_paymentrequest r
                     WHERE r.account_id = w.account_id AND r.preference_id = w.id AND r.type = 'refund'
                       AND r.state = 'rejected' AND r.error_code IN {OF_THE_ACCOUNT})
            OR EXISTS (SELECT FROM gateways_barredway b JOIN gateways_paymentrequest r ON r.id = b.failed_request_id
                        WHERE b.preference_id = w.id AND b.ended_at IS NULL AND r.error_code IN {OF_THE_ACCOUNT}))"""
BEST_FIRST_TO_PAY_OUT = (REFUSED, "w.is_default DESC", "w.id")
LISTED = f"""
    SELECT DISTINCT ON (w.account_id) w.account_id, w.id AS preference_id, w.is_recurring, false AS is_expired,
           {BARRED} AS is_barred
      FROM accounts_accountpaymentpreference w
     WHERE w.preference_id = ANY(%(way_listed)s) AND w.released_at IS NULL
     ORDER BY w.account_id, {{best_first}}
"""


def ways_of(provider: Provider, *, on: date) -> tuple[str, dict[str, Any]]:
    """The query, and its parameters, which begin with ``way_``. ``on``: the day on which a card has to be good."""
    if kind_named(provider.kind).executes:
        return REGISTERED, {
            "way_provider": provider.pk,
            "way_mode": provider.mode,
            "way_year": on.year,
            "way_month": on.month,
        }
    return LISTED.format(best_first=", ".join(BEST_FIRST)), _listed(provider)


def _listed(provider: Provider) -> dict[str, Any]:
    return {"way_listed": list(provider.preferences.order_by("pk").values_list("pk", flat=True))}


def way_by(provider: Provider, account_id: int, *, on: date) -> int | None:
    """The way to pay by which a provider collects on an account, where nobody says."""
    found = _first(*ways_of(provider, on=on), account_id)
    return found.preference_id if found is not None else None


def way_out_by(provider: Provider, account_id: int) -> int | None:
    """The way to pay to which a provider that we do not call pays out, where nobody says: it goes by what its bank said
    of the account, not by what it said of a mandate."""
    found = _first(LISTED.format(best_first=", ".join(BEST_FIRST_TO_PAY_OUT)), _listed(provider), account_id)
    return found.preference_id if found is not None else None


class WayToCollect(NamedTuple):
    """By what runs of a provider charge an account. ``way``: None where they cannot; ``why`` says both. ``bar``: what
    declined it for good."""

    provider: Provider
    way: AccountPaymentPreference | None
    why: str
    is_charged: bool
    bar: BarredWay | None = None


def name_of_way(way: AccountPaymentPreference) -> str:
    """As people tell ways to pay apart, without a whole number; ``preference`` and ``instrument`` should be at hand."""
    instrument = getattr(way, "instrument", None)
    if instrument is not None:
        return str(instrument)
    iban = str(way.details.get("iban", ""))
    return f"{way.preference.name} •••• {iban[-4:]}" if iban else str(way)


def names_of_ways(provider: Provider, account_ids: Collection[int], *, on: date) -> dict[int, str]:
    """What runs of a provider would charge on each account, in words; accounts without any are left out."""
    ways, params = ways_of(provider, on=on)
    text = f"SELECT w.* FROM ({ways}) w WHERE w.account_id = ANY(%(way_accounts)s)"
    found = {one.account_id: one.preference_id for one in typed_rows(
        _Found, text, {**params, "way_accounts": list(account_ids)}
    )}  # fmt: skip
    rows = AccountPaymentPreference.objects.select_related("preference", "instrument").in_bulk(found.values())
    return {account: name_of_way(rows[ident]) for account, ident in found.items() if ident in rows}


def bars_of(preference_ids: Collection[int]) -> Mapping[int, BarredWay]:
    """Those of these ways to pay that were declined for good, each with the request that was."""
    found = BarredWay.objects.filter(preference__in=list(preference_ids), ended_at=None)
    rows = found.select_related("failed_request", "preference__preference", "preference__instrument")
    return {row.preference_id: row for row in rows}


class _Found(NamedTuple):
    account_id: int
    preference_id: int
    is_recurring: bool
    is_expired: bool
    is_barred: bool


def ways_on(account_id: int, currency: str, *, on: date) -> Sequence[WayToCollect]:
    """What the runs of each effective provider that takes the currency charge on an account, as they decide it."""
    effective = Provider.objects.filter(state=ProviderState.EFFECTIVE).order_by("name", "pk")
    return [_way_on(account_id, one, on=on) for one in effective if not one.currencies or currency in one.currencies]


def _first(ways: str, params: dict[str, Any], account_id: int) -> _Found | None:
    text = f"SELECT w.* FROM ({ways}) w WHERE w.account_id = %(way_account)s"
    return next(iter(typed_rows(_Found, text, {**params, "way_account": account_id})), None)


def _way_on(account_id: int, provider: Provider, *, on: date) -> WayToCollect:
    found = _first(*ways_of(provider, on=on), account_id)
    if found is None:
        return WayToCollect(provider, None, say("The account has no way to pay of this gateway."), False)
    way = AccountPaymentPreference.objects.select_related("preference").get(pk=found.preference_id)
    if not found.is_recurring:
        return WayToCollect(provider, way, say("It is not to be charged automatically: runs leave it alone."), False)
    if found.is_barred:
        why = say("It was declined for good: runs leave it alone.")
        return WayToCollect(provider, way, why, False, bars_of([way.pk]).get(way.pk))
    if found.is_expired:
        return WayToCollect(provider, way, say("It has expired: runs leave it alone."), False)
    if way.is_default:
        why = say("It is what the account prefers.")
    elif kind_named(provider.kind).executes:
        why = say("The account prefers nothing of this gateway, so its default there is charged.")
    else:
        why = say("The account prefers nothing that this gateway lists, so the first one is charged.")
    return WayToCollect(provider, way, why, True)
