from __future__ import annotations

from django.db.models import Q, QuerySet

from subledger.kernel.errors import NotFound

from .errors import DefinitionMissing
from .models import Account, AccountDefinition, Customer
from .states import AccountState


def active_definition() -> AccountDefinition:
    """The definition in force; DefinitionMissing when the company has none."""
    definition = AccountDefinition.objects.filter(is_active=True).first()
    if definition is None:
        raise DefinitionMissing
    return definition


def account_by_id(account_id: int) -> Account:
    found = Account.objects.select_related("customer", "classification").filter(pk=account_id).first()
    if found is None:
        raise NotFound("account", account_id)
    return found


def account_by_name(text: str) -> Account | None:
    """The account that a file or a person names: by its code in other systems, else by its number."""
    return Account.objects.filter(Q(code=text) | Q(number=text)).order_by("-code").first() if text else None


def system_account(role: str, currency: str) -> Account | None:
    return Account.objects.filter(system_role=role, currency=currency, state=AccountState.ACTIVE).first()


def search_accounts(text: str) -> QuerySet[Account]:
    """Accounts whose number, code, name or customer contains ``text``."""
    match = Q(number__icontains=text) | Q(code__icontains=text) | Q(name__icontains=text)
    return (
        Account.objects.select_related("customer").filter(match | Q(customer__name__icontains=text)).order_by("number")
    )


def search_customers(text: str) -> QuerySet[Customer]:
    match = Q(code__icontains=text) | Q(name__icontains=text) | Q(email__icontains=text) | Q(tax_number__icontains=text)
    return Customer.objects.filter(match).order_by("name")
