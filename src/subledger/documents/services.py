"""Printing, keeping what was printed, and the logo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import orjson
from django.db import connection
from django.db.transaction import atomic

from subledger.kernel.sentences import say
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
from .printouts import Printout, content_type_of, file_name, printout_of, warned
from .queries import named_as_kept, newest_copy
from .values import ELECTRONIC, Document, FileFormat, Party

__all__ = [
    "Printable", "Shown", "facts_digest", "keep_document", "print_document", "remove_logo", "renew_copy", "set_logo",
    "show_document",
]  # fmt: skip

_KEPT = frozenset({FileFormat.PDF, *ELECTRONIC})  # what goes out as a document; other formats are for working with
RENEW = "documents.renew"
_NOBODY = Party(name="")


@dataclass(frozen=True, slots=True)
class Printable:
    """A document, and the public id of the ``record`` it is of."""

    record: str
    document: Document
    brand: Brand


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as a file, as it would be printed now. ``copy`` is the one that it is, where it is kept already."""

    printable: Printable
    form: FileFormat
    printout: Printout
    copy: Copy | None

    @property
    def is_to_be_kept(self) -> bool:
        return self.copy is None and self.form in _KEPT and not self.printable.document.is_draft


def print_document(printable: Printable, *, form: FileFormat = FileFormat.PDF, actor: str) -> Printout:
    """A document as a file; of a PDF or electronic invoice a copy is kept, and the same copy is given again.

    Where it says something else by now of money or state (what is due of an invoice, that it was cancelled), there is
    another edition, by the names and addresses of the one before; `renew_copy` takes those of today. Every format
    names what the copies name. Drafts are not kept.

    Raises:
        EInvoiceIncomplete: it lacks something that an electronic invoice has.
    """
    return keep_document(show_document(printable, form=form), actor=actor)


def show_document(printable: Printable, *, form: FileFormat = FileFormat.PDF) -> Shown:
    """What `print_document` would give, for whoever looks at it first: nothing is kept. EInvoiceIncomplete."""
    printable = replace(printable, document=named_as_kept(printable.record, printable.document))
    document = printable.document
    copy = _kept(printable, form) if form in _KEPT and not document.is_draft else None
    if copy is None:
        return Shown(printable, form, printout_of(document, printable.brand, form), None)
    return Shown(printable, form, _given_again(copy, document, form), copy)


def keep_document(shown: Shown, *, actor: str) -> Printout:
    """A document that was shown, as it goes out: a copy is kept of it. Where somebody else had it printed meanwhile,
    it is theirs."""
    if not shown.is_to_be_kept:
        return shown.printout
    copy = _keep(shown.printable, shown.form, shown.printout, is_renewed=False, actor=actor)
    return _given_again(copy, shown.printable.document, shown.form)


def _given_again(copy: Copy, document: Document, form: FileFormat) -> Printout:
    content = bytes(copy.file.content)
    return Printout(file_name(document, form), content_type_of(form), content, warned(document, form))


def renew_copy(printable: Printable, *, form: FileFormat = FileFormat.PDF, actor: str) -> Copy:
    """Print a document anew, with the letterhead, and the name and address, of today: another edition, which is given
    from now on; the present one where it would be the same bytes.

    Raises:
        CopyNotKept: a draft, or a format of which no copies are kept. EInvoiceIncomplete.
    """
    demand(RENEW)
    if form not in _KEPT:
        raise CopyNotKept(
            say("No copies are kept of {form}: it is made anew each time. Print it.", form=form), param="/format"
        )
    if printable.document.is_draft:
        raise CopyNotKept(say("No copies are kept of drafts: they are made anew each time. Print it."))
    printed = printout_of(printable.document, printable.brand, form)
    return _keep(printable, form, printed, is_renewed=True, actor=actor)


def facts_digest(document: Document) -> str:
    """Of what a document says of money and state: where that is the same, so is its edition.

    What it leaves empty is no part of it, so a field that documents are given later makes no edition of those before.
    """
    if kind_named(document.kind).stands:
        settled = [document.kind, document.totals, document.is_cancelled]
        settled += [one for one in (document.charge, document.hold, document.credited) if one]
        return hashlib.sha256(orjson.dumps(settled, default=str)).hexdigest()
    facts = replace(document, seller=_NOBODY, buyer=_NOBODY, bank=None, notes=(), locale="")
    facts = replace(
        facts,
        issued_on=document.posted_on or document.issued_on,
        facts={name: value for name, value in document.facts.items() if value not in (None, "")},
    )
    said = {field.name: value for field in fields(facts) if (value := getattr(facts, field.name))}
    return hashlib.sha256(orjson.dumps(said, default=str)).hexdigest()


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
