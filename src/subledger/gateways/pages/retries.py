"""What can be done about a payment that failed: charge the same card or another, or let the customer pay it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from subledger.accounts.states import AccountState
from subledger.gateways.models import PaymentRequest
from subledger.gateways.pages.words import card_words, is_dead
from subledger.gateways.queries import instruments_of
from subledger.gateways.registry import kind_named
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.services.retries import failed_draft
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.queries import with_open
from subledger.transactions.rules.reminders import why_not_reminded
from subledger.transactions.states import Classification


def failed_actions(request: Any, row: PaymentRequest) -> list[Action]:
    """Retry, another card, and the links that let the customer pay by themselves: one form, filled in each time."""
    draft = failed_draft(row)
    if draft is None or not (may(request, "gateways.charge") and may(request, "transactions.post")):
        return []
    if row.account.state == AccountState.TERMINATED:
        return []
    actions = []
    again = page_url("transaction_collect", draft.pk)
    if kind_named(row.provider.kind).executes:
        actions += _cards(row, again)
    meant = OpenItem.objects.filter(transaction__in=draft.intended_ids or (), is_debit=True)
    invoices = Transaction.objects.filter(open_item__in=meant, classification=Classification.INVOICE)
    invoice: Any = with_open(invoices).first()
    if invoice is not None and hosting_provider(row.currency):
        actions.append(Action(say("Send a link to pay"), f"{again}?{urlencode({'way': 'link'})}", "link", rank=110))
    if invoice is not None and may(request, "messages.send") and row.account.customer_id and _is_late(invoice):
        back = (("payment", draft.public_id),)
        url = page_url("transaction_remind", invoice.pk)
        actions.append(Action(say("Remind the customer"), url, "clock", method="post", fields=back))
    actions.append(Action(say("Record money instead"), f"{again}?{urlencode({'way': 'record'})}", "cash"))
    actions.append(Action(say("Link to register a card"), page_url("account_card_link", row.account_id), "link"))
    return actions


def _is_late(invoice: Any) -> bool:
    return why_not_reminded(invoice, today()) is None


def _cards(row: PaymentRequest, again: str) -> list[Action]:
    """What of the account this provider can charge in its present mode; a card that is gone for good comes last."""
    found = list(instruments_of(row.account_id).filter(provider=row.provider, mode=row.provider.mode))
    same = next((card for card in found if card.pk == row.preference_id), None)
    other = next((card for card in found if card.pk != row.preference_id), None)
    actions = []
    if same is not None:
        actions.append(
            Action(
                say("Retry with {card}", card=card_words(same.chosen)),
                f"{again}?{urlencode({'card': same.public_id})}",
                "refresh",
                rank=0 if is_dead(row) else 130,
            )
        )
    if other is not None:
        url = f"{again}?{urlencode({'card': other.public_id})}"
        actions.append(Action(say("Charge another card"), url, "credit-card", rank=120))
    else:
        actions.append(
            Action(say("Register another card"), page_url("account_card_new", row.account_id), "credit-card", rank=105)
        )
    return actions
