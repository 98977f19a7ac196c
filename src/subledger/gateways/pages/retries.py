"""What can be done about a payment that failed: charge the same card or another, or let the customer pay it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import Form

from subledger.accounts.models import AccountPaymentPreference
from subledger.accounts.states import AccountState
from subledger.gateways.models import PaymentRequest
from subledger.gateways.pages.common import crumbs_to, finish, request_url
from subledger.gateways.pages.words import card_words, error_words
from subledger.gateways.queries import instruments_of, request_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.services.links import hosting_provider
from subledger.gateways.services.retries import charge_again, failed_draft
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.page_kit.access import actor
from subledger.page_kit.fields import OnceField
from subledger.page_kit.idempotency import once
from subledger.page_kit.navigation import Action, linked, may, require
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.states import Classification


def failed_actions(request: Any, row: PaymentRequest) -> list[Action]:
    """Retry, another card, and the links that let the customer pay by themselves."""
    draft = failed_draft(row)
    if draft is None or not (may(request, "gateways.charge") and may(request, "transactions.post")):
        return []
    if not kind_named(row.provider.kind).executes or row.account.state == AccountState.TERMINATED:
        return []
    cards = _cards(row)
    again = page_url("payment_request_retry", row.pk)
    actions = []
    same = next((card for card in cards if card.pk == row.preference_id), None)
    if same is not None:
        actions.append(Action(f"Retry with {card_words(same.chosen)}", again, "refresh"))
    if any(card.pk != row.preference_id for card in cards):
        actions.append(Action("Charge another card", f"{again}?other=1", "credit-card"))
    else:
        actions.append(Action("Register another card", page_url("account_card_new", row.account_id), "credit-card"))
    meant = OpenItem.objects.filter(transaction__in=draft.intended_ids or (), is_debit=True)
    invoice = Transaction.objects.filter(open_item__in=meant, classification=Classification.INVOICE).first()
    if invoice is not None and hosting_provider(row.currency):
        actions.append(Action("Link to pay", page_url("invoice_link", invoice.pk), "link"))
    actions.append(Action("Link to register a card", page_url("account_card_link", row.account_id), "link"))
    return actions


def _cards(row: PaymentRequest) -> list[Any]:
    """Those of the account that this provider can charge in its present mode."""
    return list(instruments_of(row.account_id).filter(provider=row.provider, mode=row.provider.mode))


class RetryForm(forms.Form):
    once = OnceField()
    card = forms.ChoiceField(label="Charge")


class RetryPage(FormPage):
    """Charge a failed payment anew, by the same card or another; names the card before it does."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    title = "Charge again"
    submit_label = "Charge"

    def prepare(self, request_id: int) -> None:
        require(self.request, "transactions.post")
        self.row = request_by_id(request_id)
        draft = failed_draft(self.row)
        if draft is None:
            raise NotFound(PaymentRequest, request_id, noun="failed payment")
        self.draft = draft
        self.cards = _cards(self.row)

    def form(self, data: Any = None, files: Any = None) -> Form:
        same, others = [c for c in self.cards if c.pk == self.row.preference_id], self.cards
        if self.request.GET.get("other") or not same:
            others = [card for card in self.cards if card.pk != self.row.preference_id]
        first = [*others, *same] if self.request.GET.get("other") else [*same, *others]
        choices = {card.public_id: card_words(card.chosen) for card in first}
        form = RetryForm(data)
        form.fields["card"].choices = list(choices.items())  # type: ignore[attr-defined]
        return form

    def act(self, form: Form) -> str:
        chosen = ids.decode(AccountPaymentPreference.PREFIX, form.cleaned_data["card"])
        return once(self.request, lambda: self._charge(chosen))

    def _charge(self, chosen: int) -> str:
        answer = charge_again(request_id=self.row.pk, preference_id=chosen, actor=actor(self.request))
        return finish(self.request, answer, done="is posted")

    def extra(self) -> dict[str, Any]:
        row = self.row
        amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
        return {
            "crumbs": crumbs_to((row.number, request_url(row)), (self.title, "")),
            "cancel_url": request_url(row),
            "facts": [
                ("Account", linked(str(row.account), page_url("account", row.account_id))),
                ("Amount", show.money(row.amount_minor, row.currency)),
                ("Failed because", error_words(row.error_code, row.error_message)),
            ],
            "question": f"Charge {amount} again through {row.provider.name}?",
            "consequences": [
                "The card is charged now; the payment is posted as soon as the gateway says so.",
                "A card that the bank calls lost, stolen or expired fails again: choose another.",
            ],
        }
