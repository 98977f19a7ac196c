"""Invoices and credit notes from a file: one row per item, rows of one number are one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from subledger.catalog.imports import ProductInBooks, ProductUnknown, TaxRates, products_coded
from subledger.import_kit.comparison import refuse_difference
from subledger.import_kit.errors import AlreadyDiffers, DocumentRejected, EntryUnknown, FieldMissing
from subledger.import_kit.faults import faults_of
from subledger.import_kit.kinds import Place
from subledger.import_kit.lookups import Names
from subledger.import_kit.options import Options
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.columns import META
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.transactions.models import CreditReason
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.item_entry import ProductTerms, completed
from subledger.transactions.rules.items import NewItem
from subledger.transactions.states import Classification

from .choices import DocumentChoices
from .comparison import Stated, document_facts, refuse_other_items
from .errors import DocumentInconsistent
from .postings import Postings, Ready
from .queries import DocumentInBooks, ItemInBooks, documents_coded, items_of

HEADER = (
    "account",
    "customer",
    "currency",
    "posted_on",
    "issued_on",
    "due_on",
    "allocate_to",
    "order_reference",
    "total",
    "reason",
)
CHUNK = 5_000


def place_of_item(row: Row) -> Place:
    """With the other rows of its document, on its day where that can be read."""
    try:
        on = row.day("posted_on") or row.day("issued_on")
    except DomainError:
        on = None
    return Place((row.needed("number"),), on)


class Documents(Postings[DocumentChoices]):
    classification: ClassVar[Classification]

    def __init__(self, options: Options[DocumentChoices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._rows: dict[str, list[Row]] = {}  # of the part, by number
        self._products: Names[ProductInBooks] = Names(products_coded)
        self._rates = TaxRates()
        self._reasons = {row.pk: row for row in CreditReason.objects.order_by("code")}
        self._metadata = [field for field in outcome.columns.places if field.startswith(META)]

    def take(self, rows: Sequence[Row]) -> None:
        super().take(rows)
        self._products.look_up(str(row.cells.get("product", "")) for row in rows)
        for row in rows:
            try:
                self._rows.setdefault(row.needed("number"), []).append(row)
            except DomainError as error:
                self.refuse(row, error)

    def finish(self) -> None:
        """Read whole documents: refuse those with a bad row, leave out those that the books have."""
        numbers = list(self._rows)
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            known = documents_coded(self.classification, chunk)
            items = items_of([document.id for document in known.values()])
            for number in chunk:
                found = known.get(number)
                self._read(number, self._rows.pop(number), found, items[found.id] if found else ())

    def _read(
        self, number: str, rows: Sequence[Row], known: DocumentInBooks | None, known_items: Sequence[ItemInBooks]
    ) -> None:
        lines = tuple(row.line for row in rows)
        if number in self.outcome.broken:  # a document is imported whole, or not
            for line in lines:
                self.outcome.reject(line, DocumentRejected(number, self.outcome.broken[number]))
            return
        at = rows[0].line
        try:
            head = _head(number, rows)
            ready = self._document(number, head, lines)
            items = []
            for row in rows:
                at = row.line
                items.append(self._item(number, row, ready.new.currency or self.base))
            ready.new.items = tuple(item for item, _ in items)
            at = rows[0].line
            if known is None:
                self.ready.append(ready._replace(missing_products=tuple(code for _, code in items)))
            else:
                self._refuse_difference(number, head, rows, ready.new, known, known_items)
                self.outcome.unchanged += 1
        except _Disagrees as error:
            self.outcome.reject_document(lines, error.line, error, number=number)
        except AlreadyDiffers as error:
            self.outcome.reject_document(lines, lines[error.at], error, number=number)
        except DomainError as error:
            for row in rows:
                if row.line != at:
                    self.outcome.reject_also(row.line, faults_of(self.options.fields, row))
            self.outcome.reject_document(lines, at, error, number=number)
            self.refuse(rows[lines.index(at)], error)

    def _document(self, number: str, head: Row, lines: tuple[int, ...]) -> Ready:
        """The document without its items."""
        account = self.account(head)
        currency = self.currency(head, account)
        issued_on = head.day("issued_on")
        on = head.day("posted_on") or issued_on
        if on is None:
            raise FieldMissing("posted_on")
        due_on = self._due_on(head)
        new = NewTransaction(
            classification=self.classification,
            account_id=account.id if account else 0,
            currency=currency,
            issued_on=issued_on,
            posted_on=on,
            due_on=due_on,
            back_office_code=number,
            order_reference=head.text("order_reference", longest=100) or None,
            intended_ids=self.intended(head),
            accept_due_date=self.options.own.accept_due_dates,
            credit_reason_id=self._reason(head),
            expected_total_minor=head.minor(
                "total", currency, credit_is_positive=self.classification is Classification.CREDIT_NOTE
            ),
        )
        return Ready(on, lines, new, missing_account="" if account else self.miss_account(head, currency))

    def _reason(self, head: Row) -> int | None:
        """Why a credit note was given, by code or name."""
        text = head.text("reason", longest=200)
        if not text:
            return None
        used = [row for row in self._reasons.values() if row.is_active]
        for one in used:
            if text.casefold() in (one.code.casefold(), one.name.casefold()):
                return one.pk
        raise EntryUnknown(say("reason of credit notes"), text, [one.code for one in used], "reason")

    def _due_on(self, head: Row) -> date | None:
        return head.day("due_on") if self.classification is Classification.INVOICE else None

    def _item(self, number: str, row: Row, currency: str) -> tuple[NewItem, str]:
        """One item, and the code of the product to create first, if any. A product gives what the row leaves out."""
        code = row.text("product", longest=60)
        product = self._products[code] if code else None
        description = row.text("description", longest=10_000)
        if code and product is None and not self.options.own.create_missing:
            raise ProductUnknown(code)
        price = row.unit_amount(
            "unit_price", currency, credit_is_positive=self.classification is Classification.CREDIT_NOTE
        )
        credits = self.credits(row)
        if price is None and product is None and credits is None:
            raise FieldMissing("unit_price")
        rate_id, percent = self._tax(row)
        item = NewItem(
            quantity=Decimal(1) if "quantity" not in row.cells else row.decimal("quantity", places=8) or Decimal(0),
            unit_amount=price,
            discount_percent=row.percent("discount_percent", places=4),
            discount_minor=row.minor("discount_amount", currency),
            tax_percent=percent,
            tax_rate_id=rate_id,
            service_start=row.day("service_start"),
            service_end=row.day("service_end"),
            description=description or ("" if code or credits else self._named(number)),
            product_id=product.id if product else None,
            credits=credits,
            metadata=self._metadata_of(row),
        )
        item = completed(item, product=_terms(product), currency=currency)
        return item, self.miss_product(code, description) if code and product is None else ""

    def _metadata_of(self, row: Row) -> dict[str, str]:
        """What columns ``meta:KEY`` say of the item."""
        found = {field.removeprefix(META): row.text(field, longest=500) for field in self._metadata}
        return {key: value for key, value in found.items() if value}

    def _named(self, number: str) -> str:
        """What an item is for when its row names neither a product nor a description."""
        return f"{self.classification.replace('_', ' ').capitalize()} {number}"

    def _tax(self, row: Row) -> tuple[int | None, Decimal | None]:
        """(tax rate, percent) as the row names it. Old percentages need no entry of their own."""
        found, percent = self._rates.find(row)
        return (found.pk if found else None), percent

    def _refuse_difference(
        self,
        number: str,
        head: Row,
        rows: Sequence[Row],
        new: NewTransaction,
        known: DocumentInBooks,
        items: Sequence[ItemInBooks],
    ) -> None:
        thing, currency = self.classification.replace("_", " "), new.currency or self.base
        days = {"posted_on": new.posted_on, "issued_on": new.issued_on}
        if self.classification is Classification.INVOICE:
            days["due_on"] = new.due_on
        facts = document_facts(known, account_id=new.account_id, currency=currency, days=days)
        if new.intended_ids and set(new.intended_ids) != set(known.intended_ids or ()):
            facts["allocate_to"] = (say("other invoices"), head.text("allocate_to"))
        if new.order_reference is not None:
            facts["order_reference"] = (known.order_reference, new.order_reference)
        if new.credit_reason_id is not None:
            there = self._reasons.get(known.credit_reason_id or 0)
            facts["reason"] = (there and there.code, self._reasons[new.credit_reason_id].code)
        refuse_difference(thing, number, facts)
        stated = [Stated(item, frozenset(row.cells)) for row, item in zip(rows, new.items, strict=True)]
        refuse_other_items(thing, number, stated, items, currency)


class Invoices(Documents):
    classification = Classification.INVOICE


class CreditNotes(Documents):
    classification = Classification.CREDIT_NOTE


class _Disagrees(DocumentInconsistent):
    """Carries the row that disagrees with the rows of its number before it."""

    line: int = 0


def _terms(product: ProductInBooks | None) -> ProductTerms | None:
    if product is None:
        return None
    return ProductTerms(
        id=product.id,
        name=product.name,
        unit_amount=product.unit_amount,
        currency=product.currency,
        tax_rate_id=product.tax_rate_id,
        tax_percent=product.tax_percent,
    )


def _head(number: str, rows: Sequence[Row]) -> Row:
    """The document's own cells, gathered from its rows: those that give one must agree, the others leave it empty."""
    if len(rows) == 1:
        return rows[0]
    given: dict[str, Row] = {}
    for row in rows:
        for field in HEADER:
            if field in row.cells:
                first = given.setdefault(field, row)
                if first.cells[field] != row.cells[field]:
                    error = _Disagrees(number, field, first.line)
                    error.line = row.line
                    raise error
    return replace(rows[0], cells={field: row.cells[field] for field, row in given.items()})
