"""Every page with arguments that name something of the books: a page that is missing here fails a test."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from tests.runs.toy import TOY as TOY_RUN

from subledger.accounts.models import AccountDefinition
from subledger.companies.models import Role
from subledger.config.pages import PAGES
from subledger.kernel import ids
from subledger.page_kit.kinds import kinds
from subledger.transactions.states import DRAFTABLE

Address = tuple[str, dict[str, Any]]  # name of the page, its arguments

ACTIONS = {"draft": ("post", "reject"), "invoice": ("cancel", "write_off"), "partly": ("cancel", "move")}
PROVIDER = ("provider", "provider_edit", "provider_delete")
RUN_DEFINITION = ("run_definition", "run_definition_edit", "run_preview")
SEGMENT = ("segment", "segment_edit", "segment_delete")
WEBHOOK_ENDPOINT = (
    "webhook_endpoint",
    "webhook_endpoint_edit",
    "webhook_endpoint_secret",
    "webhook_replay",
    "webhook_deliveries",
)
FILES = ("provider_export", "provider_results")
# No pages but files: tests/imports/test_pages.py, and test_attachments.py, test_messages.py, test_printouts.py,
# test_month_end.py here.
FILES_ALONE = {
    "import_rejected",
    "attachment_file",
    "message_file",
    "transaction_print",
    "account_statement_print",
    "letterhead_sample",
    "run_file",
    "printed_copy",
    "prints_file",
    "dunning_letters_again",
    "dunning_letter",  # tests/dunning/test_pages.py
}
# Nothing to look at: what other pages send. Of lists: test_kept_lists.py.
FORMS_ALONE = {
    "switch_company",
    "saved_views",
    "saved_view",
    "list_columns",
    "message_template_words",
    "letterhead_look",
    "series_words",
    "dunning_letters",
    "message_try",
    "messages_try",
}


def with_ids(books: Any) -> list[Address]:
    """Pages about one thing of the company."""
    account, customer = {"account_id": books.account.pk}, {"customer_id": books.customer.pk}
    found: list[Address] = [
        ("customer", customer),
        ("customer_edit", customer),
        ("contact_new", customer),
        ("contact_edit", {"contact_id": books.contact.pk}),
        ("contact_remove", {"contact_id": books.contact.pk}),
        ("attachment_new", {"of": "account", "record": books.account.public_id}),
        ("attachment_remove", {"attachment_id": books.file.pk}),
        ("account_new", customer),
        ("account", account),
        ("account_open", account),
        ("account_transactions", account),
        ("account_allocations", account),
        ("account_statement", account),
        ("account_timeline", account),
        ("account_edit", account),
        ("account_note", account),
        ("account_preference", account),
        ("account_preference_release", {**account, "chosen_id": books.way.pk}),
        ("account_way_runs", {**account, "chosen_id": books.way.pk, "verb": "runs-off"}),
        ("account_way_allow", {**account, "chosen_id": books.gateway.card.pk}),
        ("account_state", {**account, "action": "suspend"}),
        *(("transaction_new", {**account, "kind": kind.value}) for kind in sorted(DRAFTABLE)),
        ("transaction_figures", {**account, "kind": "invoice"}),
        *(
            ("transaction", {"transaction_id": each.id})
            for each in (books.paid, books.payment, books.invoice, books.cancelled, books.draft)
        ),
        ("transaction_edit", {"transaction_id": books.draft.pk}),
        ("account_collect", account),
        ("account_collect_shares", account),
        ("transaction_collect", {"transaction_id": books.draft_payment.pk}),
        ("transaction_collect", {"transaction_id": books.gateway.rejected.transaction_id}),
        ("transaction_note", {"transaction_id": books.invoice.id}),
        ("transaction_remind", {"transaction_id": books.invoice.id}),
        ("transaction_print_anew", {"transaction_id": books.invoice.id}),
        *(("transaction", {"transaction_id": each.id}) for each in (books.promised, books.disputed)),
        ("contact_record", account),
        ("account_collector", account),
        ("collect", account),
        ("contact_done", {"contact_id": books.said.pk}),
        ("promise_new", {"transaction_id": books.owed.id}),
        ("dispute_new", {"transaction_id": books.owed.id}),
        ("promise_withdraw", {"promise_id": books.promise.pk}),
        *((name, {"dispute_id": books.dispute.pk}) for name in ("dispute", "dispute_close")),
        ("transaction", {"transaction_id": books.owed.id}),
        ("account_wallet", account),
        *((name, account) for name in ("wallet_grant", "wallet_fund")),
        *(
            (name, {"wallet_id": books.wallet.pk})
            for name in ("wallet", "wallet_debit", "wallet_transfer", "wallet_reimburse")
        ),
        ("wallet_void", {"entry_id": books.wallet_debit.pk}),
        *((name, {"retry_id": books.retry.pk}) for name in ("retry_stop", "retry_make")),
        *(
            ("transaction_action", {"transaction_id": getattr(books, name).id, "action": action})
            for name, actions in ACTIONS.items()
            for action in actions
        ),
        ("account_ways", account),
        ("account_requests", account),
        ("account_card_new", account),
        ("account_card_link", account),
        ("account_page_link", account),
        ("account_card", {**account, "chosen_id": books.gateway.card.pk}),
        *(
            ("account_card_action", {**account, "chosen_id": books.gateway.card.pk, "verb": verb})
            for verb in ("default", "runs-on", "runs-off", "remove")
        ),
        ("payment_refund", {"transaction_id": books.gateway.posted.transaction_id}),
        ("transaction", {"transaction_id": books.gateway.posted.transaction_id}),
        ("invoice_link", {"transaction_id": books.invoice.id}),
        *(
            ("payment_request", {"request_id": row.pk})
            for row in (books.gateway.posted, books.gateway.rejected, books.gateway.pending, books.gateway.waiting)
        ),
        ("payment_request_look_up", {"request_id": books.gateway.pending.pk}),
        ("payment_request_link", {"request_id": books.gateway.waiting.pk}),
        ("payment_request_withdraw", {"request_id": books.gateway.pending.pk}),
        ("unbooked_fact", {"fact_id": books.gateway.fact.pk}),
        *((name, {"provider_id": books.gateway.desk.provider.pk}) for name in PROVIDER),
        *(
            ("provider_state", {"provider_id": books.gateway.desk.provider.pk, "verb": verb})
            for verb in ("activate", "deactivate")
        ),
        *((name, {"provider_id": books.gateway.generic.pk}) for name in (*PROVIDER, *FILES)),
        ("provider_export_again", {"provider_id": books.gateway.generic.pk, "message": "MSG-1"}),
        ("inbox_event", {"event_id": books.gateway.event.pk}),
        ("inbox_replay", {"event_id": books.gateway.event.pk}),
        ("import", {"run_id": books.run.pk}),
        ("journal_entry", {"entry_id": books.paid.id}),
        *((name, {"definition_id": books.execution.definition_id}) for name in RUN_DEFINITION),
        ("run_definition_action", {"definition_id": books.execution.definition_id, "verb": "execute"}),
        *((name, {"execution_id": books.execution.pk}) for name in ("run", "run_steps", "payment_run_charges")),
        ("run_action", {"execution_id": books.execution.pk, "verb": "pause"}),
        *((name, {"segment_id": books.segment.pk}) for name in SEGMENT),
        *((name, {"endpoint_id": books.endpoint.pk}) for name in WEBHOOK_ENDPOINT),
        *(
            ("webhook_endpoint_action", {"endpoint_id": books.endpoint.pk, "verb": verb})
            for verb in ("test", "enable", "disable", "delete")
        ),
        *((name, {"delivery_id": books.delivery.pk}) for name in ("webhook_delivery", "webhook_delivery_again")),
        ("person_remove", {"membership_id": books.colleague.pk}),
        ("person_role", {"membership_id": books.colleague.pk}),
        *(
            ("person_action", {"membership_id": books.colleague.pk, "verb": verb})
            for verb in ("deactivate", "reactivate", "password", "factor")
        ),
        ("invitation_withdraw", {"invitation_id": books.invitation.pk}),
        ("key_revoke", {"key_id": books.key.pk}),
        ("message_new", {"of": "invoice", "record": ids.encode("txn", books.invoice.id)}),
        ("message_new", {"of": "account", "record": books.account.public_id}),
        *((name, {"message_id": books.message.pk}) for name in ("message", "message_resend", "message_bounced")),
        ("message_template_preview", {"template_id": books.message.template_id}),
        ("suppression_lift", {"suppression_id": books.suppression.pk}),
        ("definition_activate", {"entry": AccountDefinition.objects.get().public_id}),
        ("entry", {"kind": "roles", "entry": Role.objects.get(code="agent").public_id}),
    ]
    for slug, kind in kinds().items():
        row = kind.model.objects.first()
        if row is not None:
            found.append(("entry", {"kind": slug, "entry": row.public_id}))
    return found


def without_ids() -> list[Address]:
    named = [(page.name, {}) for page in PAGES if not page.pattern.converters and page.name not in FILES_ALONE]
    listed = [("entries", {"kind": slug}) for slug, kind in kinds().items() if not kind.is_single]
    made = [("entry_new", {"kind": slug}) for slug, kind in kinds().items() if not kind.is_single]
    chosen = [("transaction_choose", {"kind": kind.value}) for kind in sorted(DRAFTABLE)]
    gateways = [("provider_new", {"kind": kind}) for kind in ("stripe", "generic")]
    runs = [("run_definition_new", {"kind": TOY_RUN.name})]
    steps = [("setup_step", {"step": step}) for step in ("company", "terms", "tax", "numbers", "series", "invoice")]
    bulk = [("transactions_bulk", {"act": act}) for act in ("post", "reject", "write_off", "send")]  # print: all may
    segments = [
        (name, {"about": one}) for name in ("segment_new", "segment_figures") for one in ("accounts", "transactions")
    ]
    series = [("series_edit", {"code": "invoice"})]
    return [*named, *listed, *made, *chosen, *gateways, *runs, *steps, *bulk, *segments, *series]


def url_of(address: Address) -> str:
    name, arguments = address
    return reverse(f"backoffice:{name}", kwargs=arguments)
