"""What a draft says, as columns and items: checked as far as a draft can be."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.sentences import say
from subledger.kernel.words import a
from subledger.transactions.states import Classification

from .decisions import Decisions
from .documents import NewTransaction
from .items import NewItem, PricedItem
from .permissions import permission_for
from .pricing import completed_document, price_document
from .rows import DraftColumns


def draft_values(decisions: Decisions, new: NewTransaction) -> tuple[DraftColumns, Sequence[NewItem], list[PricedItem]]:
    """The columns of a draft, checked as far as a draft can be, and its items with what they come to."""
    decisions.demand(permission_for("edit", new.classification))
    decisions.checks.doing = say("save a draft of {kind}", kind=a(new.classification))
    decisions.checks.texts(new)
    new = completed_document(new, decisions.standing.crediting)
    account, kind, on = decisions.checks.new(new)
    rounding = decisions.facts.configuration.tax_rounding
    priced, totals = price_document(new, rounding, account.currency, decisions.standing.crediting)
    if new.due_on or new.issued_on:
        decisions.checks.due_on(new, account, on)
    decisions.checks.intended(new.intended_ids, account)
    method = decisions.checks.method(new, kind)
    if new.back_office_code:
        decisions.standing.take(new.classification, new.back_office_code)
    documented = bool(new.items)
    columns = DraftColumns(
        account_id=account.id,
        type_id=kind.id,
        category_id=new.category_id,
        currency=account.currency,
        amount_minor=totals.total_minor,
        net_minor=totals.net_minor if documented else None,
        discount_minor=totals.discount_minor if documented else None,
        tax_minor=totals.tax_minor if documented else None,
        issued_on=new.issued_on or decisions.facts.today,
        is_dated=new.issued_on is not None,
        due_on=new.due_on,
        back_office_code=new.back_office_code,
        order_reference=new.order_reference,
        payment_method_id=method.payment_method_id,
        refund_method_id=method.refund_method_id,
        payment_preference_id=new.payment_preference_id,
        received_on=new.received_on,
        received_by=new.received_by or (decisions.actor if new.classification is Classification.PAYMENT else None),
        intended_ids=list(new.intended_ids) or None,
        issue_reason=new.issue_reason,
        credit_reason_id=new.credit_reason_id,
        metadata=new.metadata,
    )
    return columns, new.items, priced
