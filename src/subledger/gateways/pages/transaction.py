"""What a transaction's page says of its gateway: requests, disputes, what it waits for, why it failed, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from subledger.accounts.states import AccountState
from subledger.gateways.charges import answered_by, charge_of
from subledger.gateways.models import Charge, Dispute
from subledger.gateways.pages.common import request_url
from subledger.gateways.pages.forms import USUAL_HOURS
from subledger.gateways.pages.requests import PurposeColumn, RequestStateColumn
from subledger.gateways.pages.retries import failed_actions
from subledger.gateways.pages.words import advice, error_words, shown_state, waits_for
from subledger.gateways.queries import failed_at_gateway, open_request_of, requests_of
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.states import DisputeState
from subledger.kernel.sentences import say
from subledger.page_kit.columns import BadgeColumn, Column, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, linked, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.queries import Owed, creditable, with_open
from subledger.transactions.states import Classification, TransactionState

REQUESTS = (
    Column("number", say("Request"), link=request_url, strong=True),
    PurposeColumn("type", say("For")),
    MomentColumn("created_at", say("Created")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    RequestStateColumn("state", say("State"), css="col-why"),
)


class DisputeColumn(BadgeColumn):
    def value(self, row: Any) -> str:
        return "disputed" if row.state == DisputeState.OPEN else row.state


DISPUTES = (
    NameColumn("reference", say("Dispute"), strong=True),
    Column("reason_words", say("Reason")),
    MomentColumn("opened_at", say("Opened")),
    MomentColumn("closed_at", say("Closed")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    DisputeColumn("state", say("State")),
    Column("taken", say("Money taken back"), link=lambda row: page_url("transaction", row.taken_id)),
)


def _read(row: Transaction) -> dict[str, Any]:
    """What a transaction's page says of its gateway: tables, facts, and the open request that it waits for."""
    tables = []
    requests = list(requests_of([row.pk])[:20])
    held = open_request_of(row.pk)
    if held is not None and held.pk not in {each.pk for each in requests}:
        requests.insert(0, held)
    if requests:
        tables.append({"title": say("Payment requests"), "table": table(REQUESTS, requests)})
    charge = charge_of(row.pk) if row.classification == Classification.PAYMENT else None
    facts: list[tuple[str, Any]] = []
    if charge is not None:
        facts = [
            (say("Collected by"), charge.provider.name),
            (say("Charge"), charge.reference),
            (say("Refundable"), show.money(charge.refundable_minor, charge.currency)),
        ]
        refund = answered_by(row.pk)
        if refund is not None:
            facts.append((say("Takes back"), linked(str(refund), page_url("transaction", refund.pk))))
        if charge.fee_minor is not None:
            facts.append((say("Fee"), show.money(charge.fee_minor, charge.fee_currency)))
        disputes = list(Dispute.objects.filter(charge=charge).order_by("-pk"))
        for dispute in disputes:
            dispute.reason_words, dispute.taken = show.word(dispute.reason), say("See the refund")
        if disputes:
            tables.append({"title": say("Disputes"), "table": table(DISPUTES, disputes)})
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
    return {
        "minor": row.open_minor,
        "currency": row.currency,
        "offers": contributions("refund", "offers", None, Owed(row.account_id, row.currency, row.open_minor, found))[0],
    }


def gateway_actions(request: Any, row: Any, charge: Charge | None) -> list[Action]:
    """What can be done through a gateway: refund what it collected, have an invoice paid on its page."""
    actions = []
    is_posted = row.state == TransactionState.POSTED
    if not may(request, "gateways.charge") or row.account.state == AccountState.TERMINATED:
        return []
    is_refundable = charge is not None and is_posted and charge.refundable_minor and answered_by(row.pk) is None
    if is_refundable and may(request, "transactions.refund"):
        rank = 55 if row.open_minor else 30
        url = page_url("payment_refund", row.pk)
        actions.append(Action(say("Refund through the gateway"), url, "receipt-refund", rank=rank))
    is_payable = row.classification == Classification.INVOICE and is_posted and row.open_minor
    if is_payable and hosting_provider(row.currency):
        url = page_url("invoice_link", row.pk)
        actions.append(Action(say("Link to pay"), url, "link", method="post", fields=(("hours", str(USUAL_HOURS)),)))
    return actions


def _parts(row: Any) -> dict[str, Any]:
    """Read once for all parts of the page."""
    if not hasattr(row, "gateway_parts"):
        row.gateway_parts = _read(row)
    found: dict[str, Any] = row.gateway_parts
    return found


def tables(request: Any, row: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _parts(row)["tables"]
    return found


def facts(request: Any, row: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = _parts(row)["facts"]
    return found


def state(request: Any, row: Any) -> list[str]:
    return ["failed"] if _parts(row)["failed"] else []


def actions(request: Any, row: Any) -> list[Action]:
    failed = _parts(row)["failed"]
    again = failed_actions(request, failed) if failed else []
    return [*again, *gateway_actions(request, row, _parts(row)["charge"])]


def notices(request: Any, row: Any) -> list[SafeString]:
    failed = _parts(row)["failed"]
    is_open = may(request, "transactions.draft") and row.account.state != AccountState.TERMINATED
    owed = owed_of_refund(row) if is_open else None
    if not failed and not owed:
        return []
    context = {"failed": failed, "owed": owed}
    if failed:
        meant = with_open(Transaction.objects.filter(pk__in=row.intended_ids or ()))
        context |= {
            "failed_why": error_words(failed.error_code, failed.error_message),
            "advice": advice(failed),
            "paid": [one for one in meant if one.posted_on and not one.open_minor] if row.intended_ids else [],
        }
    return [render_to_string("gateways/notices.html", context)]


def standing(request: Any, row: Any) -> list[str]:
    """How far its gateway is, while it waits for that."""
    held = _parts(row)["held"]
    return [shown_state(held)] if held and held.transaction_id == row.pk else []


def refund(request: Any, credit: Any) -> list[str]:
    """Where a gateway pays back what it collected."""
    if credit.classification != Classification.PAYMENT or not may(request, "gateways.charge"):
        return []
    charge = charge_of(credit.pk)
    if charge is None or not charge.refundable_minor or answered_by(credit.pk) is not None:
        return []
    return [page_url("payment_refund", credit.pk)]


def beside(request: Any, row: Any) -> list[SafeString]:
    held, waits = _parts(row)["held"], _parts(row)["waits"]
    return [render_to_string("gateways/held.html", {"held": held, "waits": waits})] if held else []


def failed(request: Any, row: Any) -> list[Any]:
    """What tells a draft whose gateway refused it, as an annotation."""
    return [failed_at_gateway()]
