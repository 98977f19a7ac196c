"""What the books know of the documents that a file names: one statement a set of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from subledger.accounts.models import Account
from subledger.import_kit.lookups import Several, rows_named
from subledger.platform.rows import keyed_rows

from .errors import InvoiceOfTwo

# "= ANY(array)" rather than a join: it is an index look-up per name whatever the planner thinks of the
# tables' size.
DOCUMENTS = """
    SELECT {column}, id, account_id, amount_minor, currency, posted_on, issued_on, due_on, received_on,
           payment_method_id, metadata->>'reference' AS reference, intended_ids, credit_reason_id, order_reference,
           created_at, created_by, number, back_office_code
      FROM transactions_transaction
     WHERE company_id = %(company)s AND classification = %(classification)s AND {column} = ANY(%(names)s)
"""


ITEMS = """
    SELECT transaction_id, product_id, description, quantity, unit_amount, discount_minor, tax_percent,
           service_start, service_end, credits_id, credits_position, metadata::text AS metadata
      FROM transactions_transactionitem WHERE transaction_id = ANY(%(ids)s) ORDER BY transaction_id, position
"""


class DocumentInBooks(NamedTuple):
    id: int
    account_id: int
    amount_minor: int
    currency: str
    posted_on: date | None
    issued_on: date
    due_on: date | None
    received_on: date | None
    payment_method_id: int | None
    reference: str | None
    intended_ids: list[int] | None
    credit_reason_id: int | None
    order_reference: str | None
    created_at: datetime
    created_by: str
    number: str | None
    back_office_code: str | None


class ItemInBooks(NamedTuple):
    product_id: int | None
    description: str
    quantity: Decimal
    unit_amount: Decimal  # minor units
    discount_minor: int
    tax_percent: Decimal
    service_start: date | None
    service_end: date | None
    credits_id: int | None
    credits_position: int | None
    metadata: str | None


def invoices_named(names: Sequence[str]) -> dict[str, int | Several]:
    """Ids of invoices by their number elsewhere (the back office code), else by our own number."""
    ours = dict(rows_named(DocumentInBooks, DOCUMENTS.format(column="number"), names, classification="invoice"))
    theirs = documents_coded("invoice", names)
    found: dict[str, int | Several] = {name: row.id for name, row in [*ours.items(), *theirs.items()]}
    for name in ours.keys() & theirs.keys():
        coded, numbered = theirs[name], ours[name]
        if coded.id != numbered.id:
            number, code = coded.number or "", numbered.back_office_code or ""
            found[name] = Several(partial(InvoiceOfTwo, name, number, code))
    return found


def documents_coded(classification: str, codes: Sequence[str]) -> dict[str, DocumentInBooks]:
    """Transactions of a classification, posted or not, by their back office code."""
    statement = DOCUMENTS.format(column="back_office_code")
    return dict(rows_named(DocumentInBooks, statement, codes, classification=classification))


def items_of(ids: Sequence[int]) -> dict[int, list[ItemInBooks]]:
    """The items of documents, in their order."""
    found: dict[int, list[ItemInBooks]] = {ident: [] for ident in ids}
    if ids:
        for ident, row in keyed_rows(ItemInBooks, ITEMS, {"ids": list(ids)}):
            found[ident].append(row)
    return found


def is_system_account(account_id: int) -> bool:
    return Account.objects.filter(pk=account_id, system_role__isnull=False).exists()
