from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from subledger.companies.owned import Owned, one_of
from subledger.kernel.languages import ENGLISH
from subledger.platform.fields import Digest

from .brands import ACCENT
from .values import FileFormat


class Letterhead(Owned):
    """What a company says of itself on its documents, and how they look: one row a company."""

    PREFIX = "ltr"

    legal_name = models.CharField(max_length=200, blank=True)  # "": the company's name
    address_line1 = models.CharField(max_length=300, blank=True)
    address_line2 = models.CharField(max_length=300, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)  # "": the company's
    vat_number = models.CharField(max_length=60, blank=True)
    tax_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    registration = models.CharField(max_length=200, blank=True)
    electronic_address = models.CharField(max_length=120, blank=True, default="", db_default="")
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    website = models.CharField(max_length=200, blank=True)
    iban = models.CharField(max_length=42, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    bank_name = models.CharField(max_length=120, blank=True)
    footer = models.TextField(blank=True, max_length=2000)  # said at the end of documents that ask for money
    # The same in the languages that customers are spoken to in; "": as above.
    footer_en = models.TextField(blank=True, max_length=2000, default="", db_default="")
    footer_de = models.TextField(blank=True, max_length=2000, default="", db_default="")
    footer_it = models.TextField(blank=True, max_length=2000, default="", db_default="")
    footer_el = models.TextField(blank=True, max_length=2000, default="", db_default="")
    accent = models.CharField(max_length=7, default=ACCENT)
    language = models.CharField(max_length=10, default=ENGLISH)  # where the customer's is not said

    class Meta:
        constraints = [models.UniqueConstraint("company", name="letterhead_one")]

    def __str__(self) -> str:
        return self.legal_name


class Logo(Owned):
    """A company's logo, drawn anew by us: one row a company; ``content`` is empty where it was taken off."""

    PREFIX = "lgo"

    content = models.BinaryField()  # PNG
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("company", name="logo_one")]


class PrintedFile(Owned):
    """The bytes of copies, once each: under their SHA-256. Never changed, never deleted."""

    PREFIX = "prf"

    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "sha256", name="printed_file_once"),
            models.CheckConstraint(condition=Q(sha256=Digest(F("content"))), name="printed_file_sha256"),
        ]


class CopyKind(models.Model):
    """A kind of document of which copies are kept: those that rooms declare, or declared (`kinds.write_kinds`)."""

    name = models.CharField(max_length=24, primary_key=True)


class Copy(Owned):
    """A document as it was printed. Never changed, never deleted: where it says something else of money or state, and
    where it is printed anew, there is another ``edition``."""

    PREFIX = "dcp"

    kind = models.ForeignKey(CopyKind, models.PROTECT, db_column="kind", db_index=False, related_name="+")
    record = models.CharField(max_length=24)  # the public id of what it is of
    number = models.TextField()
    language = models.CharField(max_length=10)
    format = models.CharField(max_length=8)
    edition = models.IntegerField()
    template = models.IntegerField()  # the version of the template that printed it
    digest = models.CharField(max_length=64)  # of the facts that it says, see `services.facts_digest`
    parties = models.JSONField(default=dict, db_default={})  # who it is from and for, see `parties`; {}: not noted
    file = models.ForeignKey(PrintedFile, models.PROTECT, related_name="copies")
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "company", "record", "kind", "language", "format", "edition", name="document_copy_edition"
            ),
            models.CheckConstraint(condition=Q(edition__gte=1), name="document_copy_first"),
            one_of("format", FileFormat, name="document_copy_format"),
        ]


__all__ = ["Copy", "CopyKind", "Digest", "Letterhead", "Logo", "PrintedFile"]
