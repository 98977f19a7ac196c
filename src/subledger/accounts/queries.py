from __future__ import annotations

from django.db.models import Q

from subledger.kernel.errors import NotFound
from subledger.platform.numbering import numbers_ending_in

from .errors import AccountAmbiguous, DefinitionMissing
from .models import Account, AccountDefinition, Customer
from .states import AccountState


def active_definition() -> AccountDefinition:
    """The definition in force; DefinitionMissing when the company has none."""
    definition = AccountDefinition.objects.filter(is_active=True).first()
    if definition is None:
        raise DefinitionMissing
    return definition


def customer_by_id(customer_id: int) -> Customer:
    """NotFound."""
    found: Customer | None = Customer.objects.filter(pk=customer_id).first()
    if found is None:
        raise NotFound(Customer, customer_id)
    return found


def account_by_id(account_id: int) -> Account:
    found = Account.objects.select_related("customer", "classification", "parent").filter(pk=account_id).first()
    if found is None:
        raise NotFound(Account, account_id)
    return found


def account_by_name(text: str, *, field: str = "") -> Account | None:
    """The account that a file or a person names: by its code in other systems, else by its number.

    Raises:
        AccountAmbiguous: it is the code of one, and the number of another.
    """
    found = list(Account.objects.filter(Q(code=text) | Q(number=text))) if text else []
    if len(found) > 1:
        [coded] = [row for row in found if row.code == text]
        [numbered] = [row for row in found if row != coded]
        raise AccountAmbiguous(text, coded.number, numbered.code, field)
    return found[0] if found else None


def account_called(text: str, *, field: str = "") -> int | None:
    """The id of the account that a person means: as `account_by_name`, or by its number without zeros or letters."""
    found = account_by_name(text, field=field)
    if found is not None:
        return found.pk
    rows = Account.objects.filter(number__in=numbers_ending_in(text)).order_by("number")
    return rows.values_list("pk", flat=True).first()


def has_children(account: Account) -> bool:
    return bool(Account.objects.filter(parent=account).exists())


def currencies_of_accounts() -> list[str]:
    """In their order."""
    return list(Account.objects.order_by("currency").values_list("currency", flat=True).distinct())


def system_account(role: str, currency: str) -> Account | None:
    return Account.objects.filter(system_role=role, currency=currency, state=AccountState.ACTIVE).first()
