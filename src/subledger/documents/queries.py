"""Reads: the letterhead of the company in scope, and copies as they were printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from subledger.companies.models import Company
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH, LANGUAGES
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id

from .brands import Brand
from .models import Copy, Letterhead, Logo
from .parties import named_as
from .printouts import Printout, content_type_of, named
from .values import Bank, Document, FileFormat, Party


@dataclass(frozen=True, slots=True)
class Sender:
    """The company in scope as its documents say it. ``footer`` is said where money is asked for, where ``footers`` has
    none in the language of the document."""

    party: Party
    bank: Bank | None
    brand: Brand
    language: str
    footer: str
    footers: Mapping[str, str] = field(default_factory=dict)

    def footer_in(self, language: str) -> str:
        return self.footers.get(language) or self.footer


def sender() -> Sender:
    return sender_by(Letterhead.objects.first())


def sender_by(row: Letterhead | None) -> Sender:
    """The company in scope as it would be said by a letterhead, kept or not."""
    company = Company.objects.get(pk=current_company_id())
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
        tax_number=row.tax_number,
        registration=row.registration,
        electronic_address=row.electronic_address,
        email=row.email,
        phone=row.phone,
        website=row.website,
    )
    footers = {code: getattr(row, f"footer_{code}") for code in LANGUAGES}
    bank = Bank(iban=row.iban, bic=row.bic, name=row.bank_name, holder=party.name) if row.iban else None
    return Sender(party, bank, Brand(row.accent, logo), row.language, row.footer, footers)


def has_logo() -> bool:
    return Logo.objects.exclude(content=b"").exists()


def copies() -> QuerySet[Copy]:
    """Every copy of what was printed; the files are left where they are."""
    rows: QuerySet[Copy] = Copy.objects.select_related("file").defer("file__content")
    return rows


def copies_of(record: str) -> list[Copy]:
    """Those of one record, the latest first."""
    return list(copies().filter(record=record).order_by("-id"))


def newest_copy(record: str, document: Document) -> Copy | None:
    """The latest copy of a document, in whatever language and format; None for one of a span, which is another each
    time."""
    if document.is_draft or document.span is not None:
        return None
    return copies().filter(record=record, kind=document.kind).order_by("-id").first()


def named_as_kept(record: str, document: Document) -> Document:
    """A document with the names and addresses that its copies have, where there is one."""
    newest = newest_copy(record, document)
    return named_as(document, newest.parties) if newest is not None else document


def file_of_copy(copy: Copy) -> Printout:
    """The bytes, by the name that they were printed under."""
    form = FileFormat(copy.format)
    return Printout(copy_name(copy), content_type_of(form), bytes(copy.file.content))


def copy_name(copy: Copy) -> str:
    return named(copy.kind_id, copy.number or copy.record, FileFormat(copy.format), language=copy.language)


def copy_by_id(ident: int) -> Copy:
    found = Copy.objects.select_related("file").filter(pk=ident).first()
    if found is None:
        raise NotFound(Copy, ident, noun=say("printed copy"))
    return found
