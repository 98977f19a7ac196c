"""A company that can be worked with from the first minute: every default, all of it changeable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.transaction import atomic

from subledger.catalog.errors import TaxRateInvalid
from subledger.catalog.services import create_tax_rate
from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.companies.permissions import ADMINISTRATOR
from subledger.companies.provision import provide
from subledger.companies.queries import is_first_for
from subledger.companies.services import add_member, create_company
from subledger.kernel.numbers import plain_decimal
from subledger.kernel.sentences import said, say
from subledger.page_kit.translation import in_language
from subledger.platform.callers import as_follows
from subledger.platform.scope import company_scope
from subledger.transactions.models import TransactionDefinition


class Tax(NamedTuple):
    """A tax rate that a new company begins with."""

    code: str
    name: str
    percent: Decimal


def tax_written(text: str) -> Tax:
    """A tax rate as it is written in a command: "22", or "Reduced rate=10".

    Raises:
        TaxRateInvalid: there is no percentage of 0 to 100 in it.
    """
    name, _, percent = text.rpartition("=")
    try:
        number = Decimal(percent.strip().removesuffix("%"))
    except InvalidOperation:
        raise TaxRateInvalid(
            say('{text!r} is not a tax rate. Write its percentage, or its name too: "Reduced rate=10".', text=text),
            param="/taxes",
        ) from None
    title = name.strip() or say("Tax {percent} %", percent=plain_decimal(number))
    code = re.sub(r"[^a-z0-9]+", "-", (name.strip() or f"tax {number.normalize():f}").lower()).strip("-")
    return Tax(code or f"tax-{number.normalize():f}", title, number)


@atomic
def set_up_company(
    *,
    code: str,
    name: str,
    base_currency: str,
    time_zone: str = "UTC",
    country: str = "",
    language: str = "",
    taxes: Sequence[Tax] = (),
    actor: str,
) -> Company:
    """A company with everything that rooms declare: roles, definitions, types, methods, chart, posting rules, series.

    Its tax rates are those of ``taxes``, of which the first is its default, and one of nothing: no country's are
    assumed. Whatever has a name is called so
    in ``language``, which its pages are in, too.
    """
    company = create_company(
        code=code,
        name=name,
        base_currency=base_currency,
        time_zone=time_zone,
        country=country,
        language=language,
        actor=actor,
    )
    with company_scope(company.pk):
        provide(actor=actor)
        with as_follows(), in_language(language):
            rates = [
                create_tax_rate(code=tax.code, name=said(tax.name), percent=tax.percent, actor=actor) for tax in taxes
            ]
            if rates:  # else new lines would begin with no tax, and be posted so
                chosen = TransactionDefinition.objects.get()
                values = {"default_tax_rate": rates[0]}
                save_entry(model=TransactionDefinition, ident=chosen.pk, values=values, actor=actor)
    return company


@atomic
def found_company(
    *,
    code: str,
    name: str,
    base_currency: str,
    time_zone: str = "UTC",
    country: str = "",
    language: str = "",
    taxes: Sequence[Tax] = (),
    administrator: Any,
    actor: str,
) -> Company:
    """`set_up_company`, with somebody who administers it: whoever makes a company on a page, or the person a program
    names. The first of an installation is made by whoever administers that, who has no role anywhere yet.

    Raises:
        PermissionDenied; CompanyInvalid, CurrencyUnknown, TaxRateInvalid, TextInvalid: of what it is to be.
    """
    fields: dict[str, Any] = {"code": code, "name": name, "base_currency": base_currency, "time_zone": time_zone}
    fields |= {"country": country, "language": language, "taxes": taxes, "actor": actor}
    if actor == f"user:{administrator.get_username()}" and is_first_for(administrator):
        with as_follows():
            company = set_up_company(**fields)
    else:
        company = set_up_company(**fields)
    with company_scope(company.pk), as_follows():
        add_member(user=administrator, role=ADMINISTRATOR, actor=actor)
    return company
