"""Money back through the gateway that collected it, and what a transaction's page says of its gateway."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import Form

from subledger.accounts.states import AccountState
from subledger.gateways.models import Charge, Dispute
from subledger.gateways.pages.common import finish, once, request_url
from subledger.gateways.pages.requests import PurposeColumn, RequestStateColumn
from subledger.gateways.pages.words import shown_state, waits_for
from subledger.gateways.queries import charge_of, open_request_of, requests_of
from subledger.gateways.services.links import hosting_provider
from subledger.gateways.services.requesting import refund_payment
from subledger.gateways.states import DisputeState
from subledger.kernel.errors import ConfirmationNeeded, NotFound
from subledger.page_kit.access import actor, today
from subledger.page_kit.addresses import page_url
from subledger.page_kit.columns import BadgeColumn, Column, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.fields import (
    CONFIRMATIONS,
    AmountField,
    OnceField,
    RowField,
    TextField,
    asked_in,
    confirmations,
    select,
)
from subledger.page_kit.navigation import Action, may, require
from subledger.page_kit.reading import minor_of, minor_text
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.pages.actions import OnTransaction
from subledger.transactions.pages.credits import offers, owed_again
from subledger.transactions.pages.transactions import linked
from subledger.transactions.queries import balance_of, creditable, transaction_by_id
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.states import Classification, TransactionState

REQUESTS = (
    Column("number", "Request", link=request_url, strong=True),
    PurposeColumn("type", "For"),
    MomentColumn("created_at", "Created"),
    MoneyColumn("amount_minor", "Amount", lead=True),
    RequestStateColumn("state", "State", css="col-why"),
)


ABOVE_CREDIT = "What is paid back above the account's credit is owed again, until it is credited."


class DisputeColumn(BadgeColumn):
    def value(self, row: Any) -> str:
        return "disputed" if row.state == DisputeState.OPEN else row.state


DISPUTES = (
    NameColumn("reference", "Dispute", strong=True),
    Column("reason_words", "Reason"),
    MomentColumn("opened_at", "Opened"),
    MomentColumn("closed_at", "Closed"),
    MoneyColumn("amount_minor", "Amount", lead=True),
    DisputeColumn("state", "State"),
    Column("taken", "Money taken back", link=lambda row: page_url("transaction", row.taken_id)),
)


class RefundForm(forms.Form):
    once = OnceField()
    amount = AmountField(required=True)
    type = RowField(TransactionType, required=True, empty_label=None)
    issue_reason = forms.CharField(max_length=1000, required=False, label="Reason")
    note = TextField()

    def __init__(self, *args: Any, charge: Charge, asked: Collection[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        confirmations(self, asked)
        select(self, type={"classification": Classification.REFUND})
        types: Any = self.fields["type"]
        types.initial = types.queryset.filter(is_default=True).first()
        field = self.fields["amount"]
        field.label = f"Amount in {charge.currency.upper()}"
        field.initial = minor_text(charge.refundable_minor, charge.currency)
        left = f"{show.amount_text(charge.refundable_minor, charge.currency)} {charge.currency.upper()}"
        field.help_text = f"Up to {left} can be refunded of this payment."


class PaymentRefundPage(OnTransaction):
    """Pay back part or all of what a gateway collected for one payment."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    submit_label = "Refund"
    asked: frozenset[str] = frozenset()

    def prepare(self, transaction_id: int) -> None:
        require(self.request, "transactions.refund")
        self.row = transaction_by_id(transaction_id, Classification.PAYMENT)
        charge = charge_of(self.row.pk)
        if charge is None:
            raise NotFound(Transaction, transaction_id, noun="payment that a gateway captured")
        self.charge = charge
        self.title = f"Refund: payment {self.row}"

    def form(self, data: Any = None, files: Any = None) -> Form:
        return RefundForm(data, charge=self.charge, asked=self.asked | asked_in(data))

    def act(self, form: Form) -> str:
        try:
            return once(self.request, lambda: self._refund(form.cleaned_data))
        except ConfirmationNeeded as error:
            self.asked |= {error.confirmation}
            raise

    def _refund(self, typed: dict[str, Any]) -> str:
        charge = self.charge
        new = NewTransaction(
            classification=Classification.REFUND,
            account_id=self.row.account_id,
            type_id=typed["type"].pk,
            refund_method_id=self._method_id(),
            issue_reason=typed["issue_reason"] or None,
            note=typed["note"] or None,
            **{name: typed[name] for name in CONFIRMATIONS},
        )
        amount = minor_of(typed["amount"], charge.currency, param="/amount")
        assert amount is not None  # the form has it typed
        asked = refund_payment(payment_id=self.row.pk, amount=amount, new=new, actor=actor(self.request))
        return finish(self.request, asked, done="is posted")

    def _method_id(self) -> int | None:
        """The method of the provider's refunds: its own, else the first it lists; the type's where it lists none."""
        provider = self.charge.provider
        listed = provider.refund_methods.order_by("pk").values_list("pk", flat=True).first()
        ident: int | None = provider.refund_method_id or listed
        return ident

    def extra(self) -> dict[str, Any]:
        row, charge = self.row, self.charge
        facts = [
            ("Account", linked(str(row.account), page_url("account", row.account_id))),
            ("Collected", show.money(charge.captured_minor, charge.currency)),
            ("Refunded, or on its way", show.money(charge.reserved_minor, charge.currency)),
        ]
        free = balance_of(account_id=row.account_id, currency=row.currency, as_of=today()).unallocated
        above = max(charge.refundable_minor - free, 0)
        paid = creditable(account_id=row.account_id, minor=above, payment_id=row.pk)
        facts += [
            ("Credit on the account", show.money(free, row.currency)),
            *owed_again(row.account_id, row.currency, above, paid),
        ]
        return {
            **super().extra(),
            "facts": facts,
            "question": f"Pay money back of payment {row}, through {charge.provider.name}?",
            "consequences": [
                "The gateway pays it back to the card or account it came from.",
                "A refund is posted as soon as the gateway has it.",
                *([ABOVE_CREDIT] if above else []),
            ],
        }


# -- on the page of a transaction ------------------------------------------------------------------------------------


def gateway_parts(row: Transaction) -> dict[str, Any]:
    """What a transaction's page says of its gateway: tables, facts, and the open request that it waits for."""
    tables = []
    requests = list(requests_of([row.pk])[:20])
    held = open_request_of(row.pk)
    if held is not None and held.pk not in {each.pk for each in requests}:
        requests.insert(0, held)
    if requests:
        tables.append({"title": "Payment requests", "table": table(REQUESTS, requests)})
    charge = charge_of(row.pk) if row.classification == Classification.PAYMENT else None
    facts: list[tuple[str, Any]] = []
    if charge is not None:
        facts = [
            ("Collected by", charge.provider.name),
            ("Charge", charge.reference),
            ("Refundable", show.money(charge.refundable_minor, charge.currency)),
        ]
        if charge.fee_minor is not None:
            facts.append(("Fee", show.money(charge.fee_minor, charge.fee_currency)))
        disputes = list(Dispute.objects.filter(charge=charge).order_by("-pk"))
        for dispute in disputes:
            dispute.reason_words, dispute.taken = show.word(dispute.reason), "See the refund"
        if disputes:
            tables.append({"title": "Disputes", "table": table(DISPUTES, disputes)})
    latest = requests[0] if requests else None
    failed = latest if latest and row.state == TransactionState.DRAFT and shown_state(latest) == "failed" else None
    return {
        "failed": failed,
        "tables": tables,
        "facts": facts,
        "held": held,
        "waits": waits_for(held) if held else "",
        "charge": charge,
    }


def owed_of_refund(row: Any) -> dict[str, Any] | None:
    """What a posted refund left owed, and the credit notes that would settle it; None where nothing is."""
    if row.classification != Classification.REFUND or not row.posted_on or not row.open_minor:
        return None
    charge = next((one.charge for one in requests_of([row.pk]).select_related("charge") if one.charge), None)
    found = creditable(
        account_id=row.account_id, minor=row.open_minor, payment_id=charge.payment_id if charge else None
    )
    return {"minor": row.open_minor, "currency": row.currency, "offers": offers(row.account_id, row.currency, found)}


def gateway_actions(request: Any, row: Any, charge: Charge | None) -> list[Action]:
    """What can be done through a gateway: refund what it collected, have an invoice paid on its page."""
    actions = []
    is_posted = row.state == TransactionState.POSTED
    if not may(request, "gateways.charge"):
        return []
    if charge is not None and is_posted and charge.refundable_minor and may(request, "transactions.refund"):
        actions.append(Action("Refund through the gateway", page_url("payment_refund", row.pk), "receipt-refund"))
    is_payable = row.classification == Classification.INVOICE and is_posted and row.open_minor
    is_payable = is_payable and row.account.state != AccountState.TERMINATED
    if is_payable and hosting_provider(row.currency):
        actions.append(Action("Link to pay", page_url("invoice_link", row.pk), "link"))
    return actions
