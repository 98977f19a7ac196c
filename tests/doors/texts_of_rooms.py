"""The texts of the rooms above transactions and beside: what writes each, and which of them nobody writes freely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models
from tests.factories import NOW, Ledger

from subledger.attachments.services import attach
from subledger.companies.entries import save_entry
from subledger.desk.services import NewContact, follow_up_done, record_contact
from subledger.gateways.services.providers import save_provider
from subledger.gateways.services.unbooked import resolve
from subledger.gateways.services.withdrawal import withdraw
from subledger.imports.orders import order_of
from subledger.messages.services.outbox import Wish, communicate
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.people.services.logins import invite
from subledger.platform.rooms import installed
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, follow_up, open_dispute
from subledger.promises.services.promises import NewPromise, make_promise, withdraw_promise
from subledger.retries.services.retries import stop_retry
from subledger.runs.services.definitions import create_definition
from subledger.segments.services import create_segment
from subledger.wallets.rules.moves import NewCredit
from subledger.wallets.services.moves import credit_wallets
from subledger.wallets.services.voids import void_entry
from subledger.webhooks.services.endpoints import create_endpoint

CARD = "4242 4242 4242 4242"
ADDRESS = f"{CARD.replace(' ', '')}@example.com"
Write = Callable[[Ledger], Any]


def _configured(model: type[models.Model], column: str, *, is_single: bool) -> Write:
    def write(x: Ledger) -> Any:
        ident = model._base_manager.get(company_id=x.account.company_id).pk if is_single else None
        return save_entry(model=model, ident=ident, values={column: CARD}, actor="test")

    return write


def configured(*rooms: str) -> dict[str, list[Write]]:
    """The texts of the tables that people configure of these rooms."""
    return {
        f"{table.model._meta.label}.{one.name}": [_configured(table.model, one.name, is_single=table.is_single)]
        for room in installed()
        if room.name in rooms
        for table in room.tables
        for one in table.model._meta.fields
        if isinstance(one, models.CharField | models.TextField)
    }


def _attach(x: Ledger, **said: str) -> Any:
    return attach(of="account", object_id=x.account.pk, content=b"x", actor="test", **{"name": "a.txt", **said})


def _contact(x: Ledger, **said: str) -> Any:
    new = NewContact(**{"account_id": x.account.pk, "kind": "call", "text": "Said so", **said})  # type: ignore[arg-type]
    return record_contact(new=new, actor="test")


def _definition(x: Ledger, **said: Any) -> Any:
    return create_definition(
        **{"kind": "dunning", "name": "Daily", "criteria": {}, "schedule": {}, "actor": "test", **said}
    )


def _endpoint(x: Ledger, **said: Any) -> Any:
    return create_endpoint(**{"url": "https://example.com", "filters": ["*"], "actor": "test", **said})


def _provider(x: Ledger, **said: Any) -> Any:
    return save_provider(ident=None, values={"kind": "generic", "code": "x", "name": "X", **said}, actor="test")


def _segment(x: Ledger, **said: Any) -> Any:
    return create_segment(**{"name": "Late", "about": "accounts", "criteria": {}, "actor": "test", **said})


def _promise(x: Ledger) -> Any:
    instalments = [Instalment((NOW + timedelta(days=30)).date(), None)]
    return make_promise(new=NewPromise(document_id=x.invoice(10).id, instalments=instalments, note=CARD), actor="test")


def _granted(x: Ledger, **said: Any) -> Any:
    [made] = credit_wallets(new=[NewCredit(account_id=x.account.pk, amount_minor=1, **said)], actor="test")
    return made


WRITES: dict[str, list[Write]] = {
    **configured("messages", "documents", "retries", "dunning", "promises", "wallets"),
    "people.Invitation.name": [lambda x: invite(role="administrator", name=CARD, actor="test")],
    "people.Invitation.email": [lambda x: invite(role="administrator", email=CARD, actor="test")],
    "attachments.Attachment.name": [lambda x: _attach(x, name=f"{CARD}.txt")],
    "attachments.Attachment.note": [lambda x: _attach(x, note=CARD)],
    "messages.Suppression.note": [
        lambda x: suppress_address(address="a@b.eu", reason=SuppressionReason.OPTED_OUT, note=CARD, actor="test")
    ],
    "runs.RunDefinition.name": [lambda x: _definition(x, name=CARD)],
    "runs.RunDefinition.criteria": [lambda x: _definition(x, criteria={"note": CARD})],
    "runs.RunDefinition.schedule": [lambda x: _definition(x, schedule={"every": CARD})],
    "webhooks.WebhookEndpoint.description": [lambda x: _endpoint(x, description=CARD)],
    "messages.Suppression.address": [
        lambda x: suppress_address(address=ADDRESS, reason=SuppressionReason.OPTED_OUT, actor="test")
    ],
    "messages.Message.recipient": [
        lambda x: communicate(wish=Wish(of="invoice", object_id=x.invoice(10).id, recipient=ADDRESS), actor="test")
    ],
    "gateways.Provider.description": [lambda x: _provider(x, description=CARD)],
    "gateways.Provider.creditor": [lambda x: _provider(x, creditor={"name": CARD})],
    "gateways.Provider.code": [lambda x: _provider(x, code=CARD)],
    "gateways.Provider.name": [lambda x: _provider(x, name=CARD)],
    "gateways.PaymentRequest.error_message": [lambda x: withdraw(request_id=0, reason=CARD, actor="test")],
    "gateways.UnbookedFact.resolution": [lambda x: resolve(fact_id=0, resolution=CARD, actor="test")],
    "segments.Segment.name": [lambda x: _segment(x, name=CARD)],
    "segments.Segment.description": [lambda x: _segment(x, description=CARD)],
    "segments.Segment.criteria": [lambda x: _segment(x, criteria={"metadata": {"note": CARD}})],
    "promises.Promise.note": [_promise],
    "promises.Promise.end_note": [lambda x: withdraw_promise(promise_id=0, note=CARD, actor="test")],
    "promises.InvoiceDispute.reason": [lambda x: open_dispute(document_id=x.invoice(10).id, reason=CARD, actor="test")],
    "promises.InvoiceDispute.note": [
        lambda x: open_dispute(document_id=x.invoice(10).id, reason="No", note=CARD, actor="test"),
        lambda x: follow_up(dispute_id=0, follow_up_on=None, note=CARD, actor="test"),
    ],
    "promises.InvoiceDispute.resolution": [
        lambda x: close_dispute(dispute_id=0, outcome="settled", resolution=CARD, actor="test")
    ],
    "wallets.WalletTransaction.note": [
        lambda x: _granted(x, note=CARD),
        lambda x: void_entry(entry_id=_granted(x).pk, note=CARD, actor="test"),
    ],
    "wallets.WalletTransaction.metadata": [lambda x: _granted(x, metadata={"note": CARD})],
    "retries.Retry.stop_note": [lambda x: stop_retry(retry_id=0, note=CARD, actor="test")],
    "desk.CollectionContact.with_whom": [lambda x: _contact(x, with_whom=CARD)],
    "desk.CollectionContact.text": [lambda x: _contact(x, text=CARD)],
    "desk.CollectionContact.done_note": [lambda x: follow_up_done(contact_id=0, note=CARD, actor="test")],
    "imports.ImportOrder.order": [
        lambda x: order_of(kind="payments", rules={"values": {"account": CARD}}),
        lambda x: order_of(kind="payments", mapping={"account": CARD}),
    ],
}

# Of these rooms, what nobody writes freely: by why, the columns of each.
NOT_WRITTEN: dict[str, set[str]] = {
    "digests, secrets that are sealed, leases and keys of ours": {
        *("attachments.Attachment.sha256", "documents.Copy.digest", "documents.PrintedFile.sha256"),
        *("gateways.Provider.sealed_live_key", "gateways.Provider.sealed_test_key"),
        *("gateways.Provider.sealed_webhook_secrets", "imports.ImportChunk.sealed", "imports.ImportOrder.sha256"),
        *("imports.ImportPart.identity", "imports.ImportRun.sha256", "messages.FileContent.sha256"),
        *("messages.Message.sealed", "messages.Suppression.identity", "people.Invitation.token_hash"),
        *("people.Login.sealed_totp_key", "people.RecoveryCode.code_hash", "people.Session.session_data"),
        *("people.Session.session_key", "runs.RunFile.sha256", "stripe_client.CallBudget.account"),
        *("webhooks.WebhookCursor.lease", "webhooks.WebhookEndpoint.sealed_old_secret"),
        *("webhooks.WebhookEndpoint.sealed_secret", "webhooks.WebhookEndpoint.secret_hint"),
    },
    "who acts, and what of": {
        *("attachments.Attachment.added_by", "attachments.Attachment.removed_by", "desk.CollectionContact.made_by"),
        *("documents.Copy.made_by", "documents.Logo.changed_by", "gateways.BarredWay.ended_by"),
        *("gateways.MarkedFile.made_by", "gateways.MarkedFile.message", "gateways.MarkedFile.format"),
        "gateways.MarkedFile.requests",
        *("gateways.UnbookedFact.resolved_by", "messages.Message.request_id", "messages.Suppression.lifted_by"),
        *("people.Invitation.invited_by", "promises.InvoiceDispute.opened_by", "promises.Promise.ended_by"),
        *("promises.Promise.made_by", "retries.Retry.ended_by", "runs.Run.changed_by", "runs.Run.request_id"),
    },
    "one of a list, numbers and ids": {
        *("attachments.Attachment.media_type", "documents.Copy.format", "documents.Copy.language"),
        *("documents.Copy.record", "documents.CopyKind.name", "dunning.DunningClaim.document_kind"),
        "dunning.DunningClaim.pieces",
        "wallets.WalletTransaction.cause",
        *("dunning.DunningRecord.after", "dunning.DunningRecord.document_kind", "dunning.DunningRecord.outcome"),
        *("gateways.Attempt.outcome", "gateways.Charge.fee_currency", "gateways.GatewayCustomer.mode"),
        *("gateways.Instrument.mode", "gateways.PaymentRequest.mode", "gateways.Provider.api_version"),
        *("gateways.Provider.currencies", "gateways.Provider.mode", "gateways.RequestReport.verb"),
        *("gateways.UnbookedFact.direction", "gateways.UnbookedFact.verb", "imports.ImportChunk.content"),
        *("imports.ImportPart.ids", "imports.ImportPart.thing", "messages.Message.concerns"),
        *("messages.Message.language", "messages.MessageAttachment.media_type", "messages.MessageSettings.automatic"),
        *("messages.Suppression.reason", "promises.InvoiceDispute.outcome", "promises.Promise.end_reason"),
        *("retries.Retry.decline_class", "retries.Retry.document_kind", "retries.Retry.put_off"),
        *("retries.Retry.stop_reason", "retries.RetryPlan.days", "retries.RetryPlan.hours"),
        *("retries.RetryPlan.paydays", "runs.Run.stage", "runs.RunStage.doing", "runs.RunStage.stage"),
        *("runs.RunStep.outcome", "runs.RunStep.reason"),
        *("runs.RunTally.outcome", "runs.RunTally.reason", "segments.Segment.about"),
        *("stripe_client.CallBudget.taken_at", "webhooks.WebhookDelivery.event_type"),
        *("webhooks.WebhookEndpoint.disabled_reason", "webhooks.WebhookEndpoint.filters"),
    },
    "what other rows say, which are asked": {
        "wallets.WalletTransaction.cause_number",
        *("documents.Copy.parties", "dunning.DunningClaim.document_number", "dunning.DunningRecord.document_number"),
        *("dunning.DunningRecord.level_name", "dunning.DunningRecord.sentences", "dunning.DunningRecord.why"),
        *("gateways.PaymentRequest.order", "messages.Message.about", "messages.Message.addressee"),
        *("messages.Message.sentences", "messages.Message.subject", "messages.Message.trouble"),
        *("messages.Message.warnings", "messages.MessageAttachment.name", "people.ResetRequest.email"),
        *("people.ResetRequest.site", "retries.Retry.document_number", "runs.Run.criteria", "runs.Run.error"),
        *("runs.Run.name", "runs.RunFile.facts", "runs.RunFile.name", "runs.RunStep.detail"),
    },
    "what gateways, banks, mail servers and browsers say: see the tests of gateways": {
        *("gateways.Attempt.code", "gateways.Attempt.message", "gateways.Attempt.reference", "gateways.Charge.last4"),
        *("gateways.Charge.paid_with", "gateways.Charge.reference", "gateways.Dispute.reason"),
        *("gateways.Dispute.reference", "gateways.Fee.reference", "gateways.GatewayCustomer.token"),
        *("gateways.InboxEvent.error", "gateways.InboxEvent.external_id", "gateways.InboxEvent.object_reference"),
        *("gateways.InboxEvent.put_off_by", "gateways.Instrument.brand", "gateways.Instrument.last4"),
        *("gateways.Instrument.mandate", "gateways.Instrument.token", "gateways.PaymentRequest.action_url"),
        *("gateways.PaymentRequest.error_code", "gateways.PaymentRequest.reference", "gateways.Provider.events_cursor"),
        *("gateways.RefusedDelivery.detail", "gateways.RefusedDelivery.reason", "gateways.RequestReport.reference"),
        *("gateways.UnbookedFact.code", "gateways.UnbookedFact.message", "gateways.UnbookedFact.position"),
        *("gateways.UnbookedFact.reason", "gateways.UnbookedFact.reference", "gateways.UnbookedFact.said"),
        *("people.Session.address", "people.Session.device", "retries.Retry.code", "webhooks.WebhookDelivery.answer"),
        *("webhooks.WebhookDelivery.error", "webhooks.WebhookDelivery.tries"),
    },
    "addresses of programs, whose digits are whoever's they are": {
        "gateways.Provider.base_url", "webhooks.WebhookEndpoint.url",
    },
    "names and cells of files, as they came: what is written of them is asked": {
        *("imports.ImportBatch.outcome", "imports.ImportOrder.extra_columns", "imports.ImportOrder.file_name"),
        *("imports.ImportOrder.reading", "imports.ImportOrder.rejected_name", "imports.ImportPart.file_name"),
        *("imports.ImportRun.codes", "imports.ImportRun.extra_columns", "imports.ImportRun.file_name"),
        *("imports.ImportRun.looks_imported", "imports.ImportRun.rejections", "imports.ImportRun.totals"),
        *("imports.StagedRejection.code", "imports.StagedRejection.column", "imports.StagedRejection.reason"),
        "imports.StagedRow.cells",
    },
}  # fmt: skip
