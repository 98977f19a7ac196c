"""What the books know of the names in a file: sets of names in, one statement each, whatever their number.

Also the record of past imports, for pages and the API.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from subledger.accounts.models import Account
from subledger.kernel.errors import NotFound
from subledger.platform.scope import current_company_id

from .models import ImportPart, ImportRun
from .rules.suspense import AccountInBooks

# "= ANY(array)" rather than a join: it is an index look-up per name whatever the planner thinks of the
# tables' size.
ACCOUNTS = """
    SELECT a.{column}, a.id, a.number, a.state, a.currency, c.code, c.name, a.classification_id,
    a.credit_limit_minor, a.name, a.credit_period_value, a.credit_period_operator, a.credit_period_unit
      FROM accounts_account a JOIN accounts_customer c ON c.id = a.customer_id
     WHERE a.company_id = %(company)s AND a.{column} = ANY(%(names)s) AND a.{column} <> ''
"""

DOCUMENTS = """
    SELECT {column}, id, account_id, amount_minor, currency, posted_on, issued_on, due_on, received_on,
           payment_method_id, metadata->>'reference', intended_ids, created_at, created_by
      FROM transactions_transaction
     WHERE company_id = %(company)s AND classification = %(classification)s AND {column} = ANY(%(names)s)
"""

ITEMS = """
    SELECT transaction_id, product_id, description, quantity, unit_amount, discount_minor, tax_percent
      FROM transactions_transactionitem WHERE transaction_id = ANY(%(ids)s) ORDER BY transaction_id, position
"""

PRODUCTS = """
    SELECT p.code, p.id, p.name, p.unit_amount, p.currency, p.tax_rate_id, r.percent, p.description
      FROM catalog_product p LEFT JOIN catalog_taxrate r ON r.id = p.tax_rate_id
     WHERE p.company_id = %(company)s AND p.code = ANY(%(names)s)
"""

CUSTOMERS = """
    SELECT {column}, id, name, email, phone, tax_number, address_line1, address_line2, city, postal_code, region,
           country, metadata
      FROM accounts_customer
     WHERE company_id = %(company)s AND {column} = ANY(%(names)s) ORDER BY id DESC
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
    created_at: datetime
    created_by: str


class ItemInBooks(NamedTuple):
    product_id: int | None
    description: str
    quantity: Decimal
    unit_amount: Decimal  # minor units
    discount_minor: int
    tax_percent: Decimal


class ProductInBooks(NamedTuple):
    id: int
    name: str
    unit_amount: Decimal | None  # minor units
    currency: str
    tax_rate_id: int | None
    tax_percent: Decimal | None
    description: str


class CustomerInBooks(NamedTuple):
    id: int
    name: str
    email: str
    phone: str
    tax_number: str
    address_line1: str
    address_line2: str
    city: str
    postal_code: str
    region: str
    country: str
    metadata: Any  # a dictionary, as text or as one


def accounts_named(names: Sequence[str]) -> dict[str, AccountInBooks]:
    """Customer accounts by what a file calls them: their code in other systems, else their number."""
    by_number = _rows(ACCOUNTS.format(column="number"), names)
    by_code = _rows(ACCOUNTS.format(column="code"), names)
    return {name: AccountInBooks(*row) for name, *row in [*by_number, *by_code]}


def invoices_named(names: Sequence[str]) -> dict[str, int]:
    """Ids of invoices by their number elsewhere (the back office code), else by our own number."""
    ours = _rows(DOCUMENTS.format(column="number"), names, classification="invoice")
    theirs = _rows(DOCUMENTS.format(column="back_office_code"), names, classification="invoice")
    return {name: ident for name, ident, *_ in [*ours, *theirs]}


def documents_coded(classification: str, codes: Sequence[str]) -> dict[str, DocumentInBooks]:
    """Transactions of a classification, posted or not, by their back office code."""
    found = _rows(DOCUMENTS.format(column="back_office_code"), codes, classification=classification)
    return {code: DocumentInBooks(*row) for code, *row in found}


def items_of(ids: Sequence[int]) -> dict[int, list[ItemInBooks]]:
    """The items of documents, in their order."""
    found: dict[int, list[ItemInBooks]] = {ident: [] for ident in ids}
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(ITEMS, {"ids": list(ids)})
            for ident, *row in cursor.fetchall():
                found[ident].append(ItemInBooks(*row))
    return found


def products_coded(codes: Sequence[str]) -> dict[str, ProductInBooks]:
    return {code: ProductInBooks(*row) for code, *row in _rows(PRODUCTS, codes)}


def customers_coded(codes: Sequence[str]) -> dict[str, CustomerInBooks]:
    return {code: CustomerInBooks(*row) for code, *row in _rows(CUSTOMERS.format(column="code"), codes)}


def customers_named(names: Sequence[str]) -> dict[str, CustomerInBooks]:
    """Customers by their code, else by their name (of several, the first that was created)."""
    by_name = {name: CustomerInBooks(*row) for name, *row in _rows(CUSTOMERS.format(column="name"), names)}
    return by_name | customers_coded(names)


def _rows(statement: str, names: Sequence[str], **facts: Any) -> list[Any]:
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), "names": list(names), **facts})
        return cursor.fetchall()


def parts_that_brought(ids: Sequence[int]) -> dict[int, ImportPart]:
    """By transaction: the part of an import that created it."""
    if not ids:
        return {}
    wanted = set(ids)
    parts = ImportPart.objects.filter(thing="transaction", ids__overlap=list(ids))
    return {ident: part for part in parts for ident in part.ids if ident in wanted}


def was_imported(sha256: str) -> bool:
    """Whether a file was imported and kept; also by versions that left no parts."""
    return ImportRun.objects.filter(sha256=sha256, is_kept=True, created__gt=0).exists()


def created_by_run(run_id: int, most: int) -> list[tuple[str, int]]:
    """The first things that an import created, as (thing, id), in their order."""
    found: list[tuple[str, int]] = []
    for part in ImportPart.objects.filter(run_id=run_id).order_by("id"):
        found += [(part.thing, ident) for ident in part.ids[: most - len(found)]]
        if len(found) >= most:
            break
    return found


def is_system_account(account_id: int) -> bool:
    return Account.objects.filter(pk=account_id, system_role__isnull=False).exists()


def import_runs() -> QuerySet[ImportRun]:
    """Imports of the company in scope, latest first."""
    return ImportRun.objects.order_by("-id")


def import_run_by_id(ident: int) -> ImportRun:
    run = ImportRun.objects.filter(pk=ident).first()
    if run is None:
        raise NotFound(ImportRun, ident, noun="import")
    return run
