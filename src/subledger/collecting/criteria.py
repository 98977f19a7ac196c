"""The criteria of payment runs: what is frozen on a run, and what is refused when it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from subledger.accounts.models import Account, AccountClassification
from subledger.accounts.queries import currencies_of_accounts
from subledger.gateways.models import Provider
from subledger.gateways.registry import kind_named
from subledger.gateways.states import ProviderState
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.platform.shapes import CurrencyCode, asks
from subledger.runs.errors import RunCriteriaInvalid
from subledger.segments.errors import SegmentInvalid
from subledger.segments.members import accounts_of, frozen
from subledger.segments.models import Segment
from subledger.segments.states import About

from .documents import INVOICES, Collectable, collectable_named, collectables

Days = Annotated[int, Field(ge=0, le=366)]
Minor = Annotated[int, Field(ge=1, lt=2**53)]


def offered_providers(may: Callable[[Provider], bool] = lambda row: True) -> list[tuple[str, str]]:
    """Providers in force of which a form offers those that ``may``."""
    rows = Provider.objects.filter(state=ProviderState.EFFECTIVE).order_by("name")
    return [(row.public_id, row.name) for row in rows if may(row)]


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.title) for kind in collectables()]


def offered_segments() -> list[tuple[str, str]]:
    rows = Segment.objects.filter(about=About.ACCOUNTS).order_by("name")
    return [(row.public_id, row.name) for row in rows]


def offered_currencies() -> list[tuple[str, str]]:
    return [(code, code.upper()) for code in currencies_of_accounts()]


@dataclass(frozen=True)
class PaymentCriteria:
    """What a payment run collects, and by whom. Ids are public ones; amounts in minor units."""

    provider: str = asks(say("Payment gateway"), of=Provider.PREFIX, offered=offered_providers, needed=True)
    selects: str = asks(say("What is collected"), default=INVOICES.name, offered=_kinds)
    days_before_due: Days | None = asks(
        say("Days before the due date"),
        default=None,
        help=say("What is due by so many days after the day of the run. Empty: whatever its due date."),
    )
    due_until: date | None = asks(say("Due until"), default=None)
    segment: str = asks(say("Segment"), of=Segment.PREFIX, offered=offered_segments)
    classifications: tuple[str, ...] = asks(say("Classifications"), default=(), of=AccountClassification.PREFIX)
    currency: CurrencyCode = asks(say("Currency"), offered=offered_currencies)
    minimum_minor: Minor | None = asks(say("Smallest amount"), default=None, money="currency")
    only_rejected: bool = asks(say("Only what a payment request was rejected for before"), default=False)
    excluded_accounts: tuple[str, ...] = asks(
        say("Accounts left out"), default=(), help=say("Their numbers, separated by commas.")
    )
    # As they stood when the run was started. None: they were not asked yet; {}: everybody was in it.
    segment_criteria: dict[str, Any] | None = asks("", default=None, hidden=True)


def freeze(criteria: PaymentCriteria) -> PaymentCriteria:
    """With what its segment says written out."""
    if not criteria.segment:
        return criteria
    said = frozen(decoded(Segment.PREFIX, criteria.segment), About.ACCOUNTS)
    return replace(criteria, segment_criteria=said)


def check(criteria: PaymentCriteria) -> None:
    """RunCriteriaInvalid, by the field."""
    provider = provider_of(criteria.provider)
    if provider.state != ProviderState.EFFECTIVE:
        raise invalid(
            "provider",
            say("{name} is not effective, so nothing is collected by it. Make it effective first.", name=provider.name),
        )
    if not kind_named(provider.kind).executes and not provider.preferences.exists():
        raise invalid(
            "provider",
            say("{name} lists no way to pay, so it collects from nobody. Add one to it.", name=provider.name),
        )
    if criteria.selects not in {kind.name for kind in collectables()}:
        raise invalid("selects", say("Nothing of that name can be collected. Choose another."))
    check_currency(provider, criteria.currency, criteria.minimum_minor)
    check_segment(criteria.segment)
    excluded_of(criteria)


def check_currency(provider: Provider, currency: str, minimum_minor: int | None) -> None:
    """RunCriteriaInvalid: a smallest amount has a currency, and the provider takes it."""
    if minimum_minor is not None and not currency:
        raise invalid("currency", say("Choose the currency of the smallest amount."))
    if currency and provider.currencies and currency not in provider.currencies:
        raise invalid(
            "currency",
            say(
                "{name} does not take {currency}. Choose another currency or gateway.",
                name=provider.name,
                currency=currency.upper(),
            ),
        )


def check_segment(said: str) -> None:
    """RunCriteriaInvalid: a segment that is named is about accounts."""
    if not said:
        return
    try:
        frozen(decoded(Segment.PREFIX, said), About.ACCOUNTS)
    except SegmentInvalid as error:
        raise invalid("segment", str(error)) from error


def provider_of(said: str) -> Provider:
    """RunCriteriaInvalid: the company has no such provider."""
    if not said:
        raise invalid("provider", say("No payment gateway is chosen. Choose the one that collects."))
    found = Provider.objects.filter(pk=decoded(Provider.PREFIX, said)).first()
    if found is None:
        raise invalid("provider", say("There is no such payment gateway. Choose one of the list."))
    provider: Provider = found
    return provider


def kind_of(criteria: PaymentCriteria) -> Collectable:
    return collectable_named(criteria.selects)


def excluded_of(criteria: PaymentCriteria) -> list[int]:
    """Ids of the accounts left out. RunCriteriaInvalid: there is none of that number."""
    numbers = criteria.excluded_accounts
    known = dict(Account.objects.filter(number__in=numbers).values_list("number", "pk"))
    for number in numbers:
        if number not in known:
            raise invalid("excluded_accounts", say("There is no account {number!r}.", number=number))
    return list(known.values())


def documents_of(criteria: PaymentCriteria, as_of: date) -> tuple[str, dict[str, Any]]:
    """The query of the documents that the criteria name, as of a day, and its parameters."""
    wheres = ["d.posted_on <= %(criteria_as_of)s"]
    params: dict[str, Any] = {"criteria_as_of": as_of}
    if criteria.days_before_due is not None:
        wheres.append("d.due_on <= %(criteria_due)s")
        params["criteria_due"] = as_of + timedelta(days=criteria.days_before_due)
    if criteria.due_until is not None:
        wheres.append("d.due_on <= %(criteria_until)s")
        params["criteria_until"] = criteria.due_until
    if criteria.currency:
        wheres.append("d.currency = %(criteria_currency)s")
        params["criteria_currency"] = criteria.currency
    if criteria.classifications:
        wheres.append(
            "d.account_id IN (SELECT id FROM accounts_account WHERE classification_id = ANY(%(criteria_classes)s))"
        )
        params["criteria_classes"] = [decoded(AccountClassification.PREFIX, one) for one in criteria.classifications]
    if criteria.segment:
        members = accounts_of(decoded(Segment.PREFIX, criteria.segment), as_of, criteria=criteria.segment_criteria)
        wheres.append(f"d.account_id IN ({members.sql})")
        params |= members.params
    if criteria.only_rejected:
        wheres.append(REJECTED_BEFORE)
    return f"SELECT d.* FROM ({kind_of(criteria).sql}) AS d WHERE {' AND '.join(wheres)}", params


REJECTED_BEFORE = """
    EXISTS (SELECT FROM gateways_claim c JOIN gateways_paymentrequest r ON r.id = c.request_id
             WHERE c.kind = %(decide_claim)s AND c.object_id = d.document_id AND r.type = %(decide_payment)s
               AND r.state = 'rejected')
"""


def decoded(prefix: str, said: str) -> int:
    try:
        return ids.decode(prefix, said)
    except ValueError:
        return 0


def invalid(name: str, words: str) -> RunCriteriaInvalid:
    return RunCriteriaInvalid(words, param=f"/criteria/{name}")
