"""What can be collected: the port through which runs, and whoever reminds, see documents of any kind.

A kind declares itself here (`declare`), or in the room that owns its documents, at start: bills and wallets come so.
Invoices are declared here, for the room of transactions stands below and knows of no collecting.
"""

from __future__ import annotations

from dataclasses import dataclass

from subledger.gateways.states import ClaimKind
from subledger.kernel.sentences import say
from subledger.transactions.states import TRANSACTION_PREFIX


@dataclass(frozen=True, kw_only=True)
class Collectable:
    """A kind of document that can be collected.

    ``sql`` is a SELECT of what is open of the company ``%(company)s``, by the time of the statement. Its columns:
    ``document_id``, ``account_id``, ``currency``, ``open_minor`` (above zero), ``due_on``, ``posted_on``, ``number``
    (unique of the kind), ``invoice_ids`` (the invoices that it consists of: what is intended when it is paid).
    """

    name: str
    title: str
    prefix: str  # of the public id of a document
    claim: ClaimKind  # what an open request for one keeps others from paying
    sql: str


OPEN_INVOICES = """
    SELECT o.transaction_id AS document_id, o.account_id, t.currency, o.open_minor, o.order_on AS due_on, o.posted_on,
           t.number, ARRAY[o.transaction_id] AS invoice_ids
      FROM transactions_openitem o JOIN transactions_transaction t ON t.id = o.transaction_id
     WHERE o.company_id = %(company)s AND o.is_debit AND t.classification = 'invoice'
"""
INVOICES = Collectable(
    name="invoices",
    title=say("Invoices"),
    prefix=TRANSACTION_PREFIX,
    claim=ClaimKind.TRANSACTION,
    sql=OPEN_INVOICES,
)

_declared: dict[str, Collectable] = {INVOICES.name: INVOICES}


def declare(kind: Collectable) -> None:
    """Make a kind known. ValueError: there is another of its name."""
    if _declared.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"There is another kind of document {kind.name!r} that can be collected.")


def collectables() -> list[Collectable]:
    return list(_declared.values())


def collectable_named(name: str) -> Collectable:
    return _declared[name]
