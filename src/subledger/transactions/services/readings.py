"""What `posting_read` answers, by name: its rows travel as arrays, and here each place of them gets its field.

A test reads books in which no two values are alike, so that none can stand in another's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from subledger.platform.scope import current_company_id
from subledger.platform.statements import Json, call
from subledger.transactions.rules.documents import AccountFacts
from subledger.transactions.rules.facts import Side, StoredLink, Target
from subledger.transactions.states import Classification, LinkPrinciple, TransactionState

OpenItems = dict[int, list[tuple[bool, Side]]]  # by account; is it a debit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read under the lock. ``version`` is that of the company's settings."""

    version: int
    ids: tuple[int, ...]
    accounts: dict[int, AccountFacts]
    open_items: OpenItems
    targets: dict[int, Target]
    target_open: dict[int, tuple[int, int]]
    target_available: dict[int, date]
    lines: dict[int, list[tuple[int, int, int]]]
    links: dict[int, list[StoredLink]]


def read(account_ids: Sequence[int], target_ids: Sequence[int], needs: Sequence[list[int]], ids: int) -> Reading:
    """Lock the accounts and read them, the targets, and what of open items covers the needs; take so many new ids."""
    answer = call("posting_read_v5", current_company_id(), account_ids, target_ids, Json(needs), ids)
    facts = answer["facts"]
    target_items = answer.get("target_items") or ()
    return Reading(
        version=facts["version"],
        ids=tuple(facts["ids"] or ()),
        accounts={row[0]: AccountFacts(*row) for row in facts["accounts"] or ()},
        open_items=_open_items(facts["open_items"]),
        targets={row["id"]: _target(row) for row in answer.get("targets") or ()},
        target_open={
            transaction: (open_minor, open_base)
            for transaction, _account, _is_debit, _order_on, _available_on, open_minor, open_base in target_items
        },
        target_available={
            transaction: date.fromisoformat(available_on)
            for transaction, _account, _is_debit, _order_on, available_on, _open_minor, _open_base in target_items
        },
        lines=_lines(answer.get("lines") or ()),
        links=_links(answer.get("links") or ()),
    )


def open_items_covering(needs: Sequence[list[int]]) -> OpenItems:
    """Open items of accounts that are locked: [account, debits to cover, credits to cover] each."""
    return _open_items(call("posting_open_items_v5", Json(needs)))


# As `posting_read` tells links.
LENT = """
    SELECT json_agg(json_build_array(
               a.account_id, a.id, a.minor, a.principle, a.allocated_on, a.credit_base_minor, a.debit_base_minor,
               json_build_array(c.id, c.posted_on, coalesce(co.available_on, c.posted_on), coalesce(co.open_minor, 0),
                                coalesce(co.open_base_minor, 0)),
               json_build_array(d.id, coalesce(d.due_on, d.posted_on), coalesce(do_.available_on, d.posted_on),
                                coalesce(do_.open_minor, 0), coalesce(do_.open_base_minor, 0))) ORDER BY a.id)
      FROM transactions_allocation a
      JOIN transactions_transaction c ON c.id = a.credit_id
      JOIN transactions_transaction d ON d.id = a.debit_id
      LEFT JOIN transactions_openitem co ON co.transaction_id = c.id
      LEFT JOIN transactions_openitem do_ ON do_.transaction_id = d.id
     WHERE a.company_id = %s AND a.account_id = ANY(%s) AND a.id > %s AND a.released_on IS NULL
       AND a.principle = %s AND d.classification = %s
"""


def lent_since(account_ids: Sequence[int], after: int) -> dict[int, list[StoredLink]]:
    """The live FIFO links on invoices of accounts that are locked, made after the id ``after``."""
    with connection.cursor() as cursor:
        cursor.execute(
            LENT,
            [current_company_id(), list(account_ids), after, LinkPrinciple.FIFO.value, Classification.INVOICE.value],
        )
        [rows] = cursor.fetchone()
    return _links(rows or ())


def _open_items(rows: Iterable[Sequence[Any]]) -> OpenItems:
    found: OpenItems = {}
    for account, is_debit, *side in rows:
        found.setdefault(account, []).append((is_debit, _side(side)))
    return found


def _lines(rows: Iterable[Sequence[int]]) -> dict[int, list[tuple[int, int, int]]]:
    found: dict[int, list[tuple[int, int, int]]] = {}
    for entry, ledger_account, minor, base in rows:
        found.setdefault(entry, []).append((ledger_account, minor, base))
    return found


def _links(rows: Iterable[Sequence[Any]]) -> dict[int, list[StoredLink]]:
    found: dict[int, list[StoredLink]] = {}
    for account, ident, minor, principle, on, credit_base, debit_base, credit, debit in rows:
        found.setdefault(account, []).append(
            StoredLink(
                id=ident,
                minor=minor,
                principle=LinkPrinciple(principle),
                allocated_on=date.fromisoformat(on),
                credit_base=credit_base,
                debit_base=debit_base,
                credit=_side(credit),
                debit=_side(debit),
            )
        )
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _side(row: Sequence[Any]) -> Side:
    """(transaction, order_on, available_on, minor, base minor), its days parsed."""
    ident, order_on, available_on, minor, base = row
    day = date.fromisoformat(order_on)
    return ident, day, day if available_on == order_on else date.fromisoformat(available_on), minor, base


def _target(row: Mapping[str, Any]) -> Target:
    return Target(
        id=row["id"],
        account_id=row["account_id"],
        classification=Classification(row["classification"]),
        type_id=row["type_id"],
        category_id=row["category_id"],
        state=TransactionState(row["state"]),
        number=row["number"],
        currency=row["currency"],
        amount_minor=row["amount_minor"],
        net_minor=row["net_minor"],
        discount_minor=row["discount_minor"],
        tax_minor=row["tax_minor"],
        base_minor=row["base_minor"],
        issued_on=date.fromisoformat(row["issued_on"]),
        posted_on=_day(row["posted_on"]),
        due_on=_day(row["due_on"]),
        payment_method_id=row["payment_method_id"],
        refund_method_id=row["refund_method_id"],
        received_on=_day(row["received_on"]),
        received_by=row["received_by"],
        intended_ids=tuple(row["intended_ids"] or ()),
        metadata=row["metadata"],
        mirrors_id=row["mirrors_id"],
        credit_reason_id=row["credit_reason_id"],
        is_dated=row["is_dated"],
        order_reference=row["order_reference"],
    )
