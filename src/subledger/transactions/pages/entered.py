"""What is typed into the form of a document, as services take it, and back: lines as they were typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.kernel import ids
from subledger.page_kit.parsing import decimal_of, decimal_text, minor_of, minor_text, price_of, price_text
from subledger.transactions.item_credits import credited_items
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.pages.forms.documents import SUB_TOTAL, UNIT_WITH_TAX, initial_of
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.rules.credits import NOTHING, CreditedItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.item_entry import PriceIs, as_entered, price_is
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.services.item_entry import completed_items
from subledger.transactions.states import CREDITS, Classification

__all__ = ["Copied", "copy_of", "document_of", "items_of", "line_of"]

CHOSEN = ("type", "category", "payment_method", "refund_method", "credit_reason")
COPIED = frozenset({*CHOSEN, "amount", "issue_reason", "order_reference"})
PLAIN = (
    "issued_on", "posted_on", "due_on", "received_on", "received_by", "back_office_code", "order_reference",
    "issue_reason", "note",
)  # fmt: skip


def document_of(
    typed: Mapping[str, Any],
    lines: Sequence[dict[str, Any]],
    *,
    kind: Classification,
    account: Account,
    metadata: dict[str, str],
) -> NewTransaction:
    """A document from the cleaned fields of its form."""
    chosen = {f"{name}_id": typed[name].pk for name in CHOSEN if typed.get(name)}
    plain = {name: typed[name] for name in PLAIN if typed.get(name)}
    preference = typed.get("payment_preference")
    amount = None
    if "amount" in typed:
        amount = minor_of(typed["amount"], account.currency, param="/amount", credit_is_positive=kind in CREDITS)
    return NewTransaction(
        classification=kind,
        account_id=account.pk,
        items=items_of(lines, account=account),
        amount_minor=amount,
        payment_preference_id=ids.decode(AccountPaymentPreference.PREFIX, preference) if preference else None,
        intended_ids=tuple(ids.decode(Transaction.PREFIX, text) for text in typed.get("intended", ())),
        confirm_credit_limit=bool(typed.get("confirm_credit_limit")),
        confirm_above_credit=bool(typed.get("confirm_above_credit")),
        confirm_in_advance=bool(typed.get("confirm_in_advance")),
        confirm_posted_on=bool(typed.get("confirm_posted_on")),
        confirm_due_on=bool(typed.get("confirm_due_on")),
        metadata=metadata,
        **chosen,
        **plain,
    )


def items_of(lines: Sequence[dict[str, Any]], *, account: Account) -> tuple[NewItem, ...]:
    """Lines as they were typed, completed from their products."""
    known = credited_items({ref.transaction_id for line in lines if (ref := credits_of(line)) is not None})
    entered = [_item(line, at, account.currency, known) for at, line in enumerate(lines)]
    return completed_items(entered, account_id=account.pk)


def _item(line: dict[str, Any], at: int, currency: str, known: Mapping[ItemRef, CreditedItem]) -> NewItem:
    """One line as it was typed; what is left empty is completed from the product, or from the item it credits."""
    product, rate = line["product"], line["tax_rate"]
    where = f"/items/{at}"
    credits = credits_of(line)
    item: dict[str, Any] = {"quantity": decimal_of(line["quantity"], param=f"{where}/quantity")}
    if line["price_is"] == SUB_TOTAL:
        item["sub_total_minor"] = minor_of(line["price"], currency, param=f"{where}/sub_total")
    else:
        item["unit_amount"] = price_of(line["price"], currency, param=f"{where}/unit_amount")
        item["tax_inclusive"] = line["price_is"] == UNIT_WITH_TAX
    item |= _discount(line["discount"], at, currency)
    if credits is not None and credits in known and item.get("sub_total_minor") is not None:
        item = _part(item, known[credits])
    return NewItem(
        description=line["description"],
        product_id=product.pk if product else None,
        tax_rate_id=rate.pk if rate else None,
        service_start=line["service_start"],
        service_end=line["service_end"],
        credits=credits,
        metadata=dict(line.get("metadata") or {}),
        **item,
    )


def _part(item: dict[str, Any], of: CreditedItem) -> dict[str, Any]:
    """What is typed as a line total: all of an item goes with its quantity and discount, a part of it without."""
    if "discount_percent" in item:
        return item
    if item.get("discount_minor") in (None, of.discount_minor):
        if (item["quantity"], item["sub_total_minor"], of.credited) == (of.quantity, sum(of.whole), NOTHING):
            return {}
        item = {**item, "discount_minor": None}
    if item["quantity"] == of.countable:  # as the form had it: the amount says what of it is credited
        minor = item["sub_total_minor"]
        item["quantity"] = of.countable if of.part(of.countable) == minor else of.quantity_of(minor)
    return item


def credits_of(line: Mapping[str, Any]) -> ItemRef | None:
    """The item of an invoice that a line credits."""
    invoice, _, position = str(line.get("credits") or "").partition(":")
    return ItemRef(ids.decode(Transaction.PREFIX, invoice), int(position)) if invoice else None


def credits_text(ref: ItemRef | None) -> str:
    return "" if ref is None else f"{ids.encode(Transaction.PREFIX, ref.transaction_id)}:{ref.position}"


def _discount(text: str, at: int, currency: str) -> dict[str, Any]:
    text = text.strip()
    if text.endswith("%"):
        return {"discount_percent": decimal_of(text[:-1], most=100, param=f"/items/{at}/discount_percent")}
    return {"discount_minor": minor_of(text, currency, param=f"/items/{at}/discount_amount")}


def line_of(row: TransactionItem, currency: str) -> dict[str, Any]:
    """An item of a draft as it was typed."""
    item = as_entered(row)
    kind = price_is(item)
    if kind is PriceIs.SUB_TOTAL:
        price = minor_text(item.sub_total_minor, currency)
    else:
        price = price_text(item.unit_amount, currency)
    if item.discount_percent is not None:
        discount = f"{decimal_text(item.discount_percent)}%"
    else:
        discount = minor_text(item.discount_minor, currency) if item.discount_minor else ""
    return {
        "product": item.product_id,
        "description": item.description,
        "quantity": decimal_text(item.quantity),
        "price": price,
        "price_is": kind.value,
        "tax_rate": item.tax_rate_id,
        "service_start": item.service_start,
        "service_end": item.service_end,
        "discount": discount,
        "credits": credits_text(item.credits),
        "place": row.position,
    }


@dataclass(frozen=True, slots=True)
class Copied:
    """What the form of a new document begins with, of one that is copied."""

    fields: Mapping[str, Any]
    lines: Sequence[dict[str, Any]]


def copy_of(account: Account, kind: Classification, wanted: str) -> Copied:
    """A document of an account as it was typed, but for its days, its references and what it was meant for; empty where
    the address names none."""
    try:
        row = transaction_by_id(ids.decode(Transaction.PREFIX, wanted), kind)
    except ValueError:
        return Copied({}, ())
    if row.account_id != account.pk:
        return Copied({}, ())
    fields = {name: value for name, value in initial_of(row).items() if name in COPIED}
    rows = TransactionItem.objects.filter(transaction_id=row.pk).order_by("position")
    return Copied(fields, [{**line_of(one, account.currency), "place": None} for one in rows])
