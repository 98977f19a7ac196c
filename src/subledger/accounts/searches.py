"""Customers and accounts by what somebody says of them: words in any order, short numbers, digits of a phone.

A word is looked for in all texts of a row at once, as the files ``*_words_v1.sql`` of `sql/` index them: who searches
among a hundred thousand customers reads those that have the word. A customer is found by the words of its contact
persons, too.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from subledger.platform.numbering import numbers_ending_in

from .models import Account, ContactPerson, Customer

__all__ = [
    "ACCOUNT_WORDS",
    "CONTACT_WORDS",
    "CUSTOMER_WORDS",
    "by_several_accounts",
    "search_accounts",
    "search_customers",
]

PHONE_LEAST = 5  # digits that tell a phone from a number
WORDS_MOST = 8
SHORTEST = 3  # letters of a word that the index finds wherever they stand


class _Words(Func):
    """Texts of a row, each behind a space, as their index has them."""

    template = "(' ' || %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


_DIGITS = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
CUSTOMER_WORDS = _Words("name", "code", "email", "tax_number", "address_line1", "city", "postal_code", _DIGITS)
CONTACT_WORDS = _Words("name", "email", _DIGITS)
ACCOUNT_WORDS = _Words("number", "code", "name")


def search_accounts(text: str) -> QuerySet[Account]:
    """Accounts that, with their customer, have each word of ``text``, in any order, or whose customer's phone has its
    digits; a number may lack its zeros, and its letters too."""
    own = Account.objects.alias(words=ACCOUNT_WORDS)
    match = Q()
    for word in _words(text):
        found = own.filter(words__icontains=word)
        match &= Q(pk__in=found.values("pk")) | Q(customer__in=_customers_with(word))
    match |= Q(number__in=numbers_ending_in(text))
    if digits := _phone(text):
        match |= Q(customer__in=_customers_with(digits))
    return Account.objects.select_related("customer").filter(match).order_by("number")


def search_customers(text: str) -> QuerySet[Customer]:
    """Customers that have each word of ``text`` in name, code, address, tax number or a contact person, or its digits
    in a phone."""
    match = Q()
    for word in _words(text):
        match &= Q(pk__in=_customers_with(word))
    if digits := _phone(text):
        match |= Q(pk__in=_customers_with(digits))
    return Customer.objects.filter(match).order_by("name")


def by_several_accounts(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those of them that are not found by their one account: with none, or with several."""
    own = Account.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    counted: Any = Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), Value(0))
    return customers.alias(own_accounts=counted).exclude(own_accounts=1)


def _customers_with(word: str) -> QuerySet[Any]:
    """The ids of customers of which a word says something, each side found by its own index."""
    own = Customer.objects.alias(words=CUSTOMER_WORDS).filter(words__icontains=word)
    by_contact = ContactPerson.objects.alias(words=CONTACT_WORDS).filter(words__icontains=word)
    return own.order_by().values("pk").union(by_contact.order_by().values("customer_id"))


def _words(text: str) -> list[str]:
    """What is looked for: words, those too short for the index at the beginning of one."""
    return [word if len(word) >= SHORTEST else f" {word}" for word in text.split()[:WORDS_MOST]] or [text]


def _phone(text: str) -> str:
    """The digits of ``text`` if it may be a phone, however it is spaced, 00 and + alike."""
    digits = "".join(filter(str.isdigit, text)) if re.fullmatch(r"[\d\s()+./-]+", text, re.ASCII) else ""
    digits = digits.removeprefix("00")
    return digits.removeprefix("0") if len(digits) >= PHONE_LEAST else ""
