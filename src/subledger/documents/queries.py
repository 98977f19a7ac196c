"""Reads: the letterhead of the company in scope, and copies as they were printed."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.companies.models import Company
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH
from subledger.platform.scope import current_company_id

from .brands import Brand
from .models import Copy, Letterhead, Logo
from .values import Bank, Party


@dataclass(frozen=True, slots=True)
class Sender:
    """The company in scope as its documents say it. ``footer`` is said where money is asked for."""

    party: Party
    bank: Bank | None
    brand: Brand
    language: str
    footer: str


def sender() -> Sender:
    company = Company.objects.get(pk=current_company_id())
    row = Letterhead.objects.first()
    logo = bytes(Logo.objects.values_list("content", flat=True).first() or b"")
    if row is None:  # an older company that was not given one yet
        return Sender(Party(name=company.name, country=company.country), None, Brand(logo=logo), ENGLISH, "")
    party = Party(
        name=row.legal_name or company.name,
        address=[line for line in (row.address_line1, row.address_line2) if line],
        postal_code=row.postal_code,
        city=row.city,
        region=row.region,
        country=row.country or company.country,
        vat_number=row.vat_number,
        registration=row.registration,
        email=row.email,
        phone=row.phone,
        website=row.website,
    )
    bank = Bank(iban=row.iban, bic=row.bic, name=row.bank_name, holder=party.name) if row.iban else None
    return Sender(party, bank, Brand(row.accent, logo), row.language, row.footer)


def has_logo() -> bool:
    return Logo.objects.exclude(content=b"").exists()


def copies_of(record: str) -> list[Copy]:
    """Every copy of something that was printed, the latest first; the files are left where they are."""
    return list(Copy.objects.filter(record=record).select_related("file").defer("file__content").order_by("-id"))


def copy_by_id(ident: int) -> Copy:
    found = Copy.objects.select_related("file").filter(pk=ident).first()
    if found is None:
        raise NotFound(Copy, ident, noun="printed copy")
    return found
