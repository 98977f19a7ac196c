from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value

from subledger.kernel.errors import NotFound
from subledger.platform.numbering import written_in_full

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
        raise NotFound(Account, account_id)
    return found


def account_by_name(text: str) -> Account | None:
    """The account that a file or a person names: by its code in other systems, else by its number."""
    return Account.objects.filter(Q(code=text) | Q(number=text)).order_by("-code").first() if text else None


def system_account(role: str, currency: str) -> Account | None:
    return Account.objects.filter(system_role=role, currency=currency, state=AccountState.ACTIVE).first()


PHONE_LEAST = 5  # digits that tell a phone from a number
WORDS_MOST = 8


def search_accounts(text: str) -> QuerySet[Account]:
    """Accounts whose number, code, name or customer has each word of ``text``, in any order, or whose customer's phone
    has its digits; a number may lack its zeros."""
    fields = ("number", "code", "name", "customer__name")
    match = _each_word(text, fields) | Q(number__in=written_in_full(text))
    return _with_phone(Account.objects.select_related("customer"), text, match, "customer__phone").order_by("number")


def search_customers(text: str) -> QuerySet[Customer]:
    """Customers that have each word of ``text`` in name, code, address or tax number, or its digits in their phone."""
    fields = ("code", "name", "email", "tax_number", "address_line1", "city", "postal_code")
    return _with_phone(Customer.objects.all(), text, _each_word(text, fields), "phone").order_by("name")


def _each_word(text: str, fields: Sequence[str]) -> Q:
    match = Q()
    for word in text.split()[:WORDS_MOST] or [text]:
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        match &= found
    return match


def _with_phone(rows: QuerySet[Any], text: str, match: Q, field: str) -> QuerySet[Any]:
    """Those that match, or whose phone has the digits of ``text``, however either is spaced, 00 and + alike."""
    digits = "".join(filter(str.isdigit, text)) if re.fullmatch(r"[\d\s()+./-]+", text, re.ASCII) else ""
    digits = digits.removeprefix("00")
    if len(digits) < PHONE_LEAST:
        return rows.filter(match)
    plain = Func(F(field), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
    return rows.alias(phone_digits=plain).filter(match | Q(phone_digits__contains=digits.removeprefix("0")))
