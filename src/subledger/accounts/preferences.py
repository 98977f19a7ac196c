"""The ways to pay that an account has chosen: noted, preferred and released."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.transaction import atomic

from subledger.companies.models import Company
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .checks import check_in_use
from .errors import AccountTerminated
from .locks import locked
from .models import Account, AccountPaymentPreference, PaymentPreference
from .states import AccountState
from .ways import check_enterable, checked_details


def check_ways_taken(account: Account) -> None:
    """AccountTerminated: nobody pays there any more."""
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("note a way to pay"))


@atomic
def set_payment_preference(
    *,
    account_id: int,
    preference: PaymentPreference,
    details: Mapping[str, str],
    is_default: bool,
    is_recurring: bool = True,
    is_registered: bool = False,
    actor: str,
) -> AccountPaymentPreference:
    """Note a way to pay that an account has chosen; ``is_registered``: its gateway has told us of it.

    ``is_recurring``: runs may collect by it without anybody asking.

    Raises:
        RegisteredAtGateway: a gateway keeps ways to pay like it. PaymentDetailsInvalid, CardNumberRefused.
        AccountTerminated: nothing is collected there any more; what its gateway tells of is kept all the same.
    """
    demand("accounts.edit")
    account = locked(Account, account_id)
    if not is_registered:
        check_ways_taken(account)
        check_in_use(say("payment preference"), preference, param="/preference")
        check_enterable(preference)
        time_zone = Company.objects.get(pk=current_company_id()).time_zone
        details = checked_details(details, today=clock.today(time_zone))
    if is_default:
        account.payment_preferences.filter(is_default=True).update(is_default=False)
    chosen = AccountPaymentPreference.objects.create(
        account=account,
        preference=preference,
        details=dict(details),
        is_default=is_default,
        is_recurring=is_recurring,
    )
    fact = NewEvent("account.payment_preference_added", "account", account.pk, {"preference": preference.code})
    record_events([fact], actor=actor)
    return chosen


@atomic
def make_preference_default(*, account_id: int, chosen_id: int, actor: str) -> AccountPaymentPreference:
    """Prefer one of the account's ways to pay; the one that was preferred steps back."""
    demand("accounts.edit")
    locked(Account, account_id)
    chosen = _chosen(account_id, chosen_id)
    AccountPaymentPreference.objects.filter(account_id=account_id, is_default=True).update(is_default=False)
    chosen.is_default = True
    chosen.save(update_fields=["is_default"])
    fact = NewEvent(
        "account.payment_preference_defaulted", "account", account_id, {"preference": chosen.preference.code}
    )
    record_events([fact], actor=actor)
    return chosen


@atomic
def set_recurring(*, account_id: int, chosen_id: int, is_recurring: bool, actor: str) -> AccountPaymentPreference:
    """Let runs collect by one of the account's ways to pay, or not. AccountTerminated: none collects there."""
    demand("accounts.edit")
    account = locked(Account, account_id)
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("change how it pays"))
    chosen = _chosen(account_id, chosen_id)
    if keep_recurring(chosen, is_recurring=is_recurring):
        name = "payment_preference_recurring" if is_recurring else "payment_preference_not_recurring"
        fact = NewEvent(f"account.{name}", "account", account_id, {"preference": chosen.preference.code})
        record_events([fact], actor=actor)
    return chosen


def keep_recurring(chosen: AccountPaymentPreference, *, is_recurring: bool) -> bool:
    """Whether that is new. Who may say so, and who is told, is the caller's business."""
    if chosen.is_recurring == is_recurring:
        return False
    chosen.is_recurring = is_recurring
    chosen.save(update_fields=["is_recurring"])
    return True


@atomic
def release_payment_preference(*, account_id: int, chosen_id: int, actor: str) -> None:
    """Let go of one of the account's ways to pay; what was paid that way keeps saying so."""
    demand("accounts.edit")
    locked(Account, account_id)
    chosen = _chosen(account_id, chosen_id)
    chosen.released_at, chosen.is_default = clock.now(), False
    chosen.save(update_fields=["released_at", "is_default"])
    fact = NewEvent(
        "account.payment_preference_released", "account", account_id, {"preference": chosen.preference.code}
    )
    record_events([fact], actor=actor)


def _chosen(account_id: int, chosen_id: int) -> AccountPaymentPreference:
    """A way to pay that the account has not released; NotFound where there is none."""
    ways = AccountPaymentPreference.objects.select_related("preference")
    found = ways.filter(pk=chosen_id, account_id=account_id).first()
    if found is None:
        raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment preference of this account"))
    return found
