"""Letters of dunning that are printed, because nobody could be written to."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.companies.models import Company
from subledger.documents.formats import Formats
from subledger.documents.kinds import DocumentKind, Labels, Layout, title_of
from subledger.documents.printouts import Printout
from subledger.documents.queries import copies, copies_of, file_of_copy, sender
from subledger.documents.services import Printable, show_document
from subledger.documents.sheets import Column, Section, Shape
from subledger.documents.values import Document, Reference, Totals
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.messages.kinds import kind_named
from subledger.messages.services.composition import language_of, read_in, said_by, standard_template
from subledger.platform.scope import current_company_id
from subledger.transactions.printables import buyer_of, locale_for
from subledger.transactions.states import TransactionState

from .errors import LetterLapsed
from .letters import Dunned, DunnedDocument, claimed_of, letter_to
from .models import DunningRecord
from .queries import last_letters, open_amounts
from .states import RecordOutcome

PRINTED = (RecordOutcome.TO_PRINT, RecordOutcome.PRINTED)


def _documents(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    columns = [
        Column(labels["document"], Shape.TEXT, 10, is_lead=True),
        Column(labels["due_on"], Shape.DAY, 30),
        Column(labels["amount"], Shape.AMOUNT, 32),
    ]
    rows = [
        (f"{title_of(one.kind, document.language)} {one.number}", one.on, one.amount) for one in document.references
    ]
    return [Section(columns, rows)]


LETTER = DocumentKind(
    name="dunning_letter",
    titles={"en": "Reminder", "de": "Mahnung", "it": "Sollecito di pagamento", "el": "Υπενθύμιση πληρωμής"},
    layout=Layout(("issued_on", "customer_number"), (_documents,), "total", asks=True),
    stands=True,
)
DOCUMENT_KINDS = [LETTER]


def letter_records(record_id: int) -> list[DunningRecord]:
    """The records that share the letter of one of them: those of its account that the same run found nobody for.

    NotFound: it is none that a letter is printed of. LetterLapsed.
    """
    row = DunningRecord.objects.filter(pk=record_id, outcome__in=(*PRINTED, RecordOutcome.LAPSED)).first()
    if row is None:
        raise NotFound(say("letter"), str(record_id))
    if row.outcome == RecordOutcome.LAPSED:
        raise LetterLapsed(row.document_number)
    together = DunningRecord.objects.filter(
        account=row.account_id, recorded_on=row.recorded_on, run_id=row.run_id, outcome__in=PRINTED
    )
    return list(together.select_related("account__customer", "level__template").order_by("due_on", "document_id"))


def printed_letter(records: Sequence[DunningRecord]) -> Printout:
    """The copy of a letter that was printed; nothing is marked by looking at it."""
    kept = copies_of(records[0].public_id)
    return file_of_copy(kept[0]) if kept else show_document(letter_of(records)).printout


def letters_again() -> list[Printout]:
    """The letters that were printed together last, as they were printed, for whoever lost them. NotFound: none were."""
    letters = last_letters()
    if not letters:
        raise NotFound(say("printed letters"), "latest")
    kept = {copy.record: copy for copy in copies().filter(record__in=letters, kind=LETTER.name).order_by("id")}
    return [file_of_copy(kept[record]) for record in letters]


def letter_of(records: Sequence[DunningRecord]) -> Printable:
    """The letter that these records share, as it is printed: what its message would say by now. NoTemplate."""
    still = open_amounts([row.document_id for row in records if row.outcome == RecordOutcome.TO_PRINT])
    minor = {row.pk: still.get(row.document_id, row.open_minor) for row in records}
    top = max(records, key=lambda row: row.days)
    account = top.account
    company = Company.objects.get(pk=current_company_id())
    lines = [
        DunnedDocument(row.document_id, row.document_number, row.due_on, minor[row.pk], row.document_kind)
        for row in records
    ]
    claimed = claimed_of([row.document_id for row in records])
    lines += [line for found in claimed.values() for line in found if not line.is_collected]
    drafts = [claim for row in records for claim in row.claims.filter(superseded_at=None).select_related("invoice")]
    charges = sum(one.amount_minor for one in drafts if one.invoice.state == TransactionState.DRAFT)
    dunned = Dunned(account, company, lines, top.level_names, charges)  # how to pay stands in its box
    letter = letter_to(dunned, ())
    kind = kind_named(top.level.message or "")
    language = language_of("", letter)
    template = top.level.template or standard_template(kind, language)
    subject, body, _ = said_by(kind, read_in(letter, template.language), template)
    by = sender()
    total = Money(dunned.total_minor, account.currency)
    document = Document(
        kind=LETTER.name,
        number="",
        currency=account.currency,
        language=template.language,
        locale=locale_for(account, template.language),
        issued_on=top.recorded_on,
        seller=by.party,
        buyer=buyer_of(account),
        bank=by.bank,
        payment_reference=dunned.reference,
        references=[
            Reference(kind=one.kind, number=one.number, on=one.due_on, amount=Money(one.open_minor, account.currency))
            for one in lines
        ],
        totals=Totals(total=total, payable=total),
        notes=[subject, *(part for part in body.split("\n\n") if part.strip())],
    )
    return Printable(records[0].public_id, document, by.brand)
