"""Items of invoices as credit notes find them: what they came to, and what of it is credited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from subledger.platform.rows import keyed_rows, named_rows, typed_rows
from subledger.platform.scope import current_company_id

from .rules.credits import Amounts, CreditedItem, DraftCredit, NoteAsAWhole
from .rules.items import ItemRef
from .states import Classification, TransactionState

ITEMS = """
    SELECT i.transaction_id, i.position, t.account_id, t.classification, t.state, t.type_id,
           coalesce(t.number, '') AS number,
           t.currency, i.product_id, i.description, i.quantity, i.net_minor, i.discount_minor, i.tax_rate_id,
           i.tax_percent, i.tax_minor, i.service_start, i.service_end, coalesce(s.net, 0)::bigint AS credited_net,
           coalesce(s.tax, 0)::bigint AS credited_tax
      FROM transactions_transactionitem i JOIN transactions_transaction t ON t.id = i.transaction_id
      LEFT JOIN LATERAL (
           SELECT sum(net) AS net, sum(tax) AS tax FROM (
               SELECT c.net_minor - c.discount_minor AS net, c.tax_minor AS tax
                 FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
                WHERE c.credits_id = i.transaction_id AND c.credits_position = i.position AND n.state = 'posted'
                UNION ALL
               SELECT w.net_minor, w.tax_minor FROM transactions_creditshare w
                WHERE w.invoice_id = i.transaction_id AND w.position = i.position) c) s ON true
     WHERE t.company_id = %s AND i.transaction_id = ANY(%s) ORDER BY i.transaction_id, i.position
"""
LEFT = """
    SELECT t.id, t.number, t.posted_on, (t.amount_minor - coalesce(s.total, 0))::bigint AS left_minor
      FROM transactions_transaction t
      LEFT JOIN LATERAL (
           SELECT sum(total) AS total FROM (
               SELECT c.sub_total_minor AS total
                 FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
                WHERE c.credits_id = t.id AND n.state = 'posted'
                UNION ALL
               SELECT w.net_minor + w.tax_minor FROM transactions_creditshare w WHERE w.invoice_id = t.id) c) s ON true
     WHERE t.company_id = %s AND t.account_id = %s AND t.classification = 'invoice' AND t.state = 'posted'
       AND t.amount_minor > coalesce(s.total, 0)
     ORDER BY t.posted_on DESC, t.id DESC LIMIT 200
"""
NOTES = """
    SELECT DISTINCT c.credits_id, n.number
      FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
     WHERE n.company_id = %s AND c.credits_id = ANY(%s) AND n.state = 'posted'
     ORDER BY n.number
"""
# Items that name one are for that, whatever their note is meant for: what the others come to is for its invoices.
NOTES_AS_A_WHOLE = """
    SELECT d.id, n.number, coalesce(w.total, 0)::bigint AS credited_minor
      FROM transactions_transaction d
      JOIN transactions_transaction n ON n.account_id = d.account_id AND n.posted_on IS NOT NULL
      LEFT JOIN LATERAL (
           SELECT sum(net_minor + tax_minor) AS total FROM transactions_creditshare
            WHERE transaction_id = n.id AND invoice_id = d.id) w ON true
     WHERE d.company_id = %s AND d.id = ANY(%s) AND d.id = ANY(n.intended_ids)
       AND n.classification = 'credit_note' AND n.state = 'posted'
       AND n.amount_minor > (SELECT coalesce(sum(i.sub_total_minor), 0) FROM transactions_transactionitem i
                              WHERE i.transaction_id = n.id AND i.credits_id IS NOT NULL)
     ORDER BY d.id, n.number
"""
DRAFTS = """
    SELECT transaction_id, position, credits_id, credits_position, net_minor - discount_minor AS net, tax_minor AS tax
      FROM transactions_transactionitem
     WHERE transaction_id = ANY(%s) AND credits_id IS NOT NULL ORDER BY transaction_id, position
"""


def credited_items(invoice_ids: Collection[int]) -> dict[ItemRef, CreditedItem]:
    """All items of these transactions of the company, whether or not they can be credited, in their order."""
    found: dict[ItemRef, CreditedItem] = {}
    if not invoice_ids:
        return found
    for row in named_rows(ITEMS, [current_company_id(), sorted(invoice_ids)]):
        ref = ItemRef(row.pop("transaction_id"), row.pop("position"))
        found[ref] = CreditedItem(
            ref=ref,
            classification=Classification(row.pop("classification")),
            state=TransactionState(row.pop("state")),
            credited=Amounts(row.pop("credited_net"), row.pop("credited_tax")),
            **row,
        )
    return found


@dataclass(frozen=True, slots=True)
class InvoiceLeft:
    """A posted invoice of which something is left to credit, in minor units with tax."""

    id: int
    number: str
    posted_on: date
    left_minor: int


def invoices_left(account_id: int) -> list[InvoiceLeft]:
    """The invoices of an account that can still be credited by item, the latest first; the last 200."""
    return typed_rows(InvoiceLeft, LEFT, [current_company_id(), account_id])


def notes_crediting(invoice_ids: Collection[int]) -> dict[int, list[str]]:
    """The numbers of posted credit notes that name items of these invoices."""
    found: dict[int, list[str]] = {}
    if invoice_ids:
        with connection.cursor() as cursor:
            cursor.execute(NOTES, [current_company_id(), sorted(invoice_ids)])
            for invoice, number in cursor.fetchall():
                found.setdefault(invoice, []).append(number)
    return found


def notes_as_a_whole(invoice_ids: Collection[int]) -> dict[int, list[NoteAsAWhole]]:
    """The posted credit notes that are for these invoices as a whole, with all of their items or some."""
    found: dict[int, list[NoteAsAWhole]] = {}
    if invoice_ids:
        for invoice, note in keyed_rows(NoteAsAWhole, NOTES_AS_A_WHOLE, [current_company_id(), sorted(invoice_ids)]):
            found.setdefault(invoice, []).append(note)
    return found


def credits_of_drafts(draft_ids: Collection[int]) -> dict[int, Sequence[DraftCredit]]:
    """What drafts of credit notes credit, by draft."""
    found: dict[int, list[DraftCredit]] = {}
    if draft_ids:
        for row in named_rows(DRAFTS, [sorted(draft_ids)]):
            found.setdefault(row["transaction_id"], []).append(
                DraftCredit(
                    at=row["position"] - 1,
                    ref=ItemRef(row["credits_id"], row["credits_position"]),
                    amounts=Amounts(row["net"], row["tax"]),
                )
            )
    return dict(found)
