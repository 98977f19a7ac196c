"""Printing, keeping what was printed, and the logo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import orjson
from django.db import connection
from django.db.transaction import atomic

from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .brands import Brand
from .errors import CopyNotKept
from .kinds import kind_named
from .logos import drawn_anew
from .models import Copy, Logo, PrintedFile
from .parties import kept_of
from .pdf import TEMPLATE
from .printouts import Printout, content_type_of, file_name, printout_of
from .queries import named_as_kept, newest_copy
from .values import ELECTRONIC, Document, FileFormat, Party

__all__ = ["Printable", "facts_digest", "print_document", "remove_logo", "renew_copy", "set_logo"]

_KEPT = frozenset({FileFormat.PDF, *ELECTRONIC})  # what goes out as a document; other formats are for working with
RENEW = "documents.renew"
_NOBODY = Party(name="")


@dataclass(frozen=True, slots=True)
class Printable:
    """A document, and the public id of the ``record`` it is of."""

    record: str
    document: Document
    brand: Brand


def print_document(printable: Printable, *, form: FileFormat = FileFormat.PDF, actor: str) -> Printout:
    """A document as a file; of a PDF or electronic invoice a copy is kept, and the same copy is given again.

    Where it says something else by now of money or state (what is due of an invoice, that it was cancelled), there is
    another edition, by the names and addresses of the one before; `renew_copy` takes those of today. Every format
    names what the copies name. Drafts are not kept.

    Raises:
        EInvoiceIncomplete: it lacks something that an electronic invoice has.
    """
    printable = replace(printable, document=named_as_kept(printable.record, printable.document))
    document = printable.document
    if form not in _KEPT or document.is_draft:
        return printout_of(document, printable.brand, form)
    kept = _kept(printable, form)
    if kept is None:
        printed = printout_of(document, printable.brand, form)
        kept = _keep(printable, form, printed, is_renewed=False, actor=actor)
    return Printout(file_name(document, form), content_type_of(form), bytes(kept.file.content))


def renew_copy(printable: Printable, *, form: FileFormat = FileFormat.PDF, actor: str) -> Copy:
    """Print a document anew, with the letterhead, and the name and address, of today: another edition, which is given
    from now on; the present one where it would be the same bytes.

    Raises:
        CopyNotKept: a draft, or a format of which no copies are kept. EInvoiceIncomplete.
    """
    demand(RENEW)
    if form not in _KEPT:
        raise CopyNotKept(f"No copies are kept of {form}: it is made anew each time. Print it.", param="/format")
    if printable.document.is_draft:
        raise CopyNotKept("No copies are kept of drafts: they are made anew each time. Print it.")
    printed = printout_of(printable.document, printable.brand, form)
    return _keep(printable, form, printed, is_renewed=True, actor=actor)


def facts_digest(document: Document) -> str:
    """Of what a document says of money and state: where that is the same, so is its edition."""
    if kind_named(document.kind).stands:
        said = [document.kind, document.totals, document.is_cancelled]
        return hashlib.sha256(orjson.dumps(said, default=str)).hexdigest()
    facts = replace(document, seller=_NOBODY, buyer=_NOBODY, bank=None, notes=(), payment_link="")
    facts = replace(facts, issued_on=document.posted_on or document.issued_on)
    return hashlib.sha256(orjson.dumps(facts, default=str)).hexdigest()


def _editions(printable: Printable, form: FileFormat) -> list[Copy]:
    document = printable.document
    rows = Copy.objects.filter(record=printable.record, kind=document.kind, language=document.language, format=form)
    return list(rows.select_related("file").order_by("-edition"))


def _kept(printable: Printable, form: FileFormat) -> Copy | None:
    """The copy to be given again: the latest that says the same, by the names of the latest of all."""
    digest = facts_digest(printable.document)
    newest = newest_copy(printable.record, printable.document)
    return next(
        (
            one
            for one in _editions(printable, form)
            if one.digest == digest and (newest is None or one.parties == newest.parties)
        ),
        None,
    )


@atomic
def _keep(printable: Printable, form: FileFormat, printed: Printout, *, is_renewed: bool, actor: str) -> Copy:
    document = printable.document
    with connection.cursor() as cursor:  # two who print it at once: one keeps it, and both have that one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"print {printable.record}"])
    present = None if is_renewed else _kept(printable, form)
    if present is not None:
        return present
    sha256 = hashlib.sha256(printed.content).hexdigest()
    PrintedFile.objects.bulk_create(
        [PrintedFile(company_id=current_company_id(), sha256=sha256, content=printed.content)], ignore_conflicts=True
    )
    latest = next(iter(_editions(printable, form)), None)
    if latest is not None and latest.file.sha256 == sha256:
        return latest  # printed anew, it says and looks the same
    return Copy.objects.create(
        company_id=current_company_id(),
        kind_id=document.kind,
        record=printable.record,
        number=document.number,
        language=document.language,
        format=form,
        edition=latest.edition + 1 if latest else 1,
        template=TEMPLATE,
        digest=facts_digest(document),
        parties=kept_of(document),
        file=PrintedFile.objects.get(sha256=sha256),
        made_at=clock.now(),
        made_by=actor,
    )


@atomic
def set_logo(*, content: bytes, actor: str) -> None:
    """The logo on documents that are printed from now on. LogoInvalid."""
    demand("configuration.edit:letterhead")
    _save_logo(drawn_anew(content), "logo.changed", actor)


@atomic
def remove_logo(*, actor: str) -> None:
    demand("configuration.edit:letterhead")
    _save_logo(b"", "logo.removed", actor)


def _save_logo(content: bytes, event: str, actor: str) -> None:
    values = {"content": content, "changed_at": clock.now(), "changed_by": actor}
    row, _ = Logo.objects.update_or_create(company_id=current_company_id(), defaults=values)
    record_events([NewEvent(event, "logo", row.pk, {"bytes": len(content)})], actor=actor)
