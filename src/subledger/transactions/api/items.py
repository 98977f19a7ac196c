"""Items of documents as the API takes them: what an item leaves out comes from its product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from subledger.api_kit.fields import Digits
from subledger.platform.versions import ChangedMeanwhile
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.item_entry import as_entered as item_as_entered
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.services.carriers import update_draft
from subledger.transactions.services.draft_versions import items_of_draft, version_of_draft
from subledger.transactions.services.item_entry import completed_items
from subledger.transactions.states import Classification

Quantity = Annotated[
    Decimal,
    Digits(12, 8, instead="To give something back, give the item a negative unit_amount, or create a credit note."),
]


def items_of(given: Sequence[dict[str, Any]], *, account_id: int) -> tuple[NewItem, ...]:
    """Items as posting takes them; NotFound and ItemInvalid name the item and the field."""
    return completed_items([_entered(one, at) for at, one in enumerate(given)], account_id=account_id)


def _entered(one: dict[str, Any], at: int) -> NewItem:
    whole, exact = one["unit_amount"], one["unit_amount_decimal"]
    if whole is not None and exact is not None:
        raise ItemInvalid(
            f"Item {at + 1} has unit_amount and unit_amount_decimal. Give one of them.", at, "unit_amount"
        )
    return NewItem(
        quantity=one["quantity"],
        unit_amount=exact if whole is None else Decimal(whole),
        sub_total_minor=one["sub_total"],
        discount_percent=one["discount_percent"],
        discount_minor=one["discount_amount"],
        tax_inclusive=one["tax_inclusive"],
        description=one["description"],
        product_id=one["product"],
        tax_rate_id=one["tax_rate"],
        service_start=one["service_start"],
        service_end=one["service_end"],
        credits=_credited(one.get("credits_item")),
        metadata=one["metadata"],
    )


def _credited(given: dict[str, int] | None) -> ItemRef | None:
    return None if given is None else ItemRef(given["invoice"], given["position"])


TIMES = 10  # that somebody else may be first before a change is refused


def change_draft(
    find: Callable[[], Transaction], values: Callable[[NewTransaction], Mapping[str, Any]], *, actor: str
) -> None:
    """Lay changes over a draft as it stands: where somebody else changes it in between, over what it says then.

    Raises:
        ChangedMeanwhile: it changed in between each time. As `drafts.update_draft` else.
    """
    for left in reversed(range(TIMES)):
        draft = find()
        items = items_of_draft(draft)
        new = as_entered(draft, items)
        for name, value in values(new).items():
            setattr(new, name, value)
        try:
            update_draft(transaction_id=draft.pk, new=new, version=version_of_draft(draft, items), actor=actor)
        except ChangedMeanwhile:
            if not left:
                raise
        else:
            return


def as_entered(draft: Transaction, rows: Sequence[TransactionItem]) -> NewTransaction:
    """What a draft says, as it could have been entered: the base that changes are laid over."""
    documented = draft.net_minor is not None
    return NewTransaction(
        classification=Classification(draft.classification),
        account_id=draft.account_id,
        items=tuple(item_as_entered(row) for row in rows),
        amount_minor=None if documented else draft.amount_minor,
        type_id=draft.type_id,
        category_id=draft.category_id,
        payment_method_id=draft.payment_method_id,
        refund_method_id=draft.refund_method_id,
        payment_preference_id=draft.payment_preference_id,
        issued_on=draft.issued_on if draft.is_dated else None,
        due_on=draft.due_on,
        received_on=draft.received_on,
        received_by=draft.received_by,
        back_office_code=draft.back_office_code,
        order_reference=draft.order_reference,
        issue_reason=draft.issue_reason,
        credit_reason_id=draft.credit_reason_id,
        intended_ids=tuple(draft.intended_ids or ()),
        metadata=draft.metadata,
    )
