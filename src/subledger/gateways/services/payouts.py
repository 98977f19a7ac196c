"""Credit of many accounts paid out through one provider, as a set: a refund each, pending until its bank tells.

Of nearly every account nothing has to be known but that its credit is there (`_plain`): those are paid out in a handful
of statements. The others take the way of a refund by hand, and are refused in its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.gateways.charges import charges_on_each
from subledger.gateways.models import Charge, Provider
from subledger.gateways.queries import paying_back
from subledger.gateways.states import OPEN, ProviderState
from subledger.platform.callers import as_follows, demand
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids, sql_list
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.carriers import Requested
from subledger.transactions.services.draft_sets import Own, make_pending
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.services.posting import check
from subledger.transactions.states import Classification

from .booking import refund_method_of
from .handover import Handover, submit
from .outstanding import due_of, refuse_paid_out
from .provider_choice import charges_for, check_provider
from .request_sets import request_refunds
from .submission import TO_REFUND

__all__ = ["PayOut", "pay_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """What of an account's credit is paid out, and by which of its preferences. One of an account in a set."""

    account_id: int
    amount_minor: int
    preference_id: int | None


@atomic
def pay_out(
    *,
    provider: Provider,
    wanted: Sequence[PayOut],
    metadata: Mapping[str, str],
    batch_id: int | None = None,
    actor: str,
) -> list[Requested]:
    """Refunds of these amounts as requests of the provider, all or none, in the order of ``wanted``.

    What one refund by hand would be refused for refuses all of them: whoever knows that some may be tries again one by
    one. The statements do not grow with the number. ``batch_id``: of what is held and withdrawn together.

    Raises:
        ProviderNotEffective, CurrencyNotTaken; what posting refuses; HeldBack: it is said that the same money went out.
    """
    demand(*TO_REFUND)
    lock_accounts([one.account_id for one in wanted])
    method = refund_method_of(provider)
    plain = _plain(provider, wanted)
    rest = [one for one in wanted if one.account_id not in plain]
    made = {}
    if rest:
        made.update(_pay_out_looked_at(provider, rest, method, metadata, batch_id, actor))
    if plain:
        alike = [one for one in wanted if one.account_id in plain]
        made.update(_pay_out_alike(provider, alike, plain, method, metadata, batch_id, actor))
    return [made[one.account_id] for one in wanted]


# Of accounts, those that are active, have so much free credit, own that way to pay, and have nothing under way.
PLAIN = f"""
    SELECT w.account_id, a.currency
      FROM unnest(%(accounts)s::bigint[], %(minors)s::bigint[], %(preferences)s::bigint[])
             AS w (account_id, minor, preference_id)
      JOIN accounts_account a ON a.id = w.account_id AND a.company_id = %(company)s
       AND a.type = 'customer' AND a.state = 'active'
      LEFT JOIN accounts_accountpaymentpreference p ON p.id = w.preference_id
     WHERE w.minor > 0 AND (%(currencies)s::text[] = '{{}}' OR a.currency = ANY(%(currencies)s::text[]))
       AND (w.preference_id IS NULL OR (p.account_id = w.account_id AND p.released_at IS NULL))
       AND w.minor <= (SELECT COALESCE(sum(CASE WHEN o.is_debit THEN -o.open_minor ELSE o.open_minor END), 0)
                         FROM transactions_openitem o WHERE o.account_id = w.account_id)
       AND NOT EXISTS (SELECT FROM gateways_paymentrequest r
                        WHERE r.account_id = w.account_id AND r.state IN {sql_list(OPEN)})
"""


def _plain(provider: Provider, wanted: Sequence[PayOut]) -> dict[int, str]:
    """The currency, by account, of those of which no more has to be known than that: the provider captured nothing
    there that a refund would pay back from, and nothing goes out, or is said to have gone, beside requests."""
    if provider.state != ProviderState.EFFECTIVE:
        return {}
    params: dict[str, Any] = {
        "company": current_company_id(),
        "currencies": list(provider.currencies),
        "accounts": [one.account_id for one in wanted],
        "minors": [one.amount_minor for one in wanted],
        "preferences": [one.preference_id for one in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, params)
        found: dict[int, str] = dict(cursor.fetchall())
    accounts = sorted(found)
    charged = Charge.objects.filter(provider=provider)
    captured = charges_on_each(accounts, provider=provider, currencies=set(found.values())) if charged.exists() else {}
    apart = {ident for ident, charges in captured.items() if charges} | set(paying_back(accounts))
    return {ident: currency for ident, currency in found.items() if ident not in apart}


def _pay_out_alike(
    provider: Provider,
    wanted: Sequence[PayOut],
    currencies: Mapping[int, str],
    method: int | None,
    metadata: Mapping[str, str],
    batch_id: int | None,
    actor: str,
) -> dict[int, Requested]:
    """Accounts of which no more has to be known, by statements over all of them. The rules decide of the first."""
    fresh = iter(fresh_ids(len(wanted) * 2))
    own = [
        Own(next(fresh), one.account_id, currencies[one.account_id], one.amount_minor, one.preference_id)
        for one in wanted
    ]
    request_ids = list(fresh)
    make_pending(like=_refund_of(wanted[0], method, metadata), own=own, actor=actor)
    request_refunds(provider=provider, own=own, request_ids=request_ids, batch_id=batch_id, actor=actor)
    return {
        one.account_id: Requested(request_id, one.id, one.account_id, one.amount_minor)
        for request_id, one in zip(request_ids, own, strict=True)
    }


def _pay_out_looked_at(
    provider: Provider,
    wanted: Sequence[PayOut],
    method: int | None,
    metadata: Mapping[str, str],
    batch_id: int | None,
    actor: str,
) -> dict[int, Requested]:
    """The others, each looked at as a refund by hand is."""
    with as_follows():
        drafts = save_drafts(new=[_refund_of(one, method, metadata) for one in wanted], actor=actor)
    for currency in {draft.currency for draft in drafts}:
        check_provider(provider, currency)
    due = due_of(drafts)
    for draft in drafts:
        if draft.amount_minor > due[draft.pk]:
            refuse_paid_out(draft)
    for refusal in check([Post(draft_id=draft.pk) for draft in drafts], actor=actor):
        if refusal is not None:
            raise refusal
    charges = charges_for(provider, drafts)
    handed = []
    for draft in drafts:
        charge = charges[draft.pk]
        preference = charge.request.preference_id if charge else draft.payment_preference_id
        handed.append(Handover(draft, provider, preference, charge, batch_id))
    return {one.account_id: one for one in submit(handed, actor=actor)}


def _refund_of(one: PayOut, method: int | None, metadata: Mapping[str, str]) -> NewTransaction:
    return NewTransaction(
        classification=Classification.REFUND,
        account_id=one.account_id,
        amount_minor=one.amount_minor,
        refund_method_id=method,
        payment_preference_id=one.preference_id,
        metadata=dict(metadata),
    )
