"""What events are called on pages: a few words for each type, and the labels of what they tell."""

from __future__ import annotations

from subledger.page_kit.templatetags.subledger_tags import word
from subledger.transactions.states import DRAFTABLE, Classification

__all__ = ["LABELS", "SILENT", "STATES", "sentence", "type_of_thing", "words_known"]

OF_TRANSACTIONS = {
    "drafted": "{} drafted",
    "draft_changed": "Draft {} changed",
    "rejected": "Draft {} rejected",
    "pending": "{} sent to its gateway",
    "returned": "{} failed",
    "declined": "{} declined",
}
SENTENCES = {
    **{f"{each}.posted": f"{word(each)} posted" for each in Classification},
    **{
        f"{each}.{verb}": (told.format(word(each)) if told.startswith("{") else told.format(word(each).lower()))
        for each in DRAFTABLE
        for verb, told in OF_TRANSACTIONS.items()
    },
    "company.created": "Company set up",
    "member.added": "Person added, or role changed",
    "member.removed": "Person removed",
    "person.invited": "Person invited",
    "person.invitation_withdrawn": "Invitation withdrawn",
    "person.logged_in": "Logged in",
    "person.logged_out": "Logged out",
    "person.login_failed": "Login failed",
    "person.locked_out": "Login locked after failures",
    "person.password_changed": "Password changed",
    "person.password_reset": "Password set anew by a link",
    "person.password_reset_asked": "Password reset asked for",
    "person.password_link_made": "Link to set a password created",
    "person.must_change_password": "Password has to be changed",
    "person.second_factor_added": "Second factor added",
    "person.second_factor_removed": "Second factor removed",
    "person.recovery_codes_made": "Recovery codes created",
    "person.recovery_code_used": "Recovery code used",
    "person.session_ended": "Login elsewhere ended",
    "person.deactivated": "Login deactivated",
    "person.reactivated": "Login reactivated",
    "company.changed": "Company changed",
    "company.provided": "Company given what a newer version brings",
    "company.formats_changed": "Numbers and days of the company written otherwise",
    "membership.formats_changed": "Numbers and days of a person written otherwise",
    "api_key.created": "API key created",
    "api_key.revoked": "API key revoked",
    "customer.created": "Customer created",
    "customer.updated": "Customer changed",
    "account.opened": "Account opened",
    "account.updated": "Account changed",
    "account.state_changed": "State of the account changed",
    "account.payment_preference_added": "Payment method added",
    "account.payment_preference_defaulted": "Payment method made the default",
    "account.payment_preference_released": "Payment method removed",
    "account_definition.activated": "Payment terms put in force",
    "tax_rate.created": "Tax rate created",
    "ledger_account.created": "Ledger account created",
    "rate.entered": "Exchange rate entered",
    "period.closed": "Period closed",
    "period.reopened": "Period reopened",
    "provider.effective": "Payment provider activated",
    "provider.not_effective": "Payment provider deactivated",
    "provider.deleted": "Payment provider deleted",
    "provider.secrets_changed": "Keys of the payment provider changed",
    "provider.fact_unbooked": "Something the bank or gateway told could not be booked",
    "provider.fact_resolved": "Something that could not be booked was settled by hand",
    "provider.requests_exported": "Payment requests exported",
    "provider.results_imported": "File of results imported",
    "payment_request.created": "Payment request created",
    "payment_request.pending": "Payment request waiting",
    "payment_request.under_processing": "Payment request processing",
    "payment_request.requires_action": "Payment request needs authentication",
    "payment_request.unknown": "Payment request needs review",
    "payment_request.posted": "Payment request posted",
    "payment_request.rejected": "Payment request failed",
    "payment_request.sent_again": "Payment request sent again",
    "payment_request.reminder": "Customer to be reminded",
    "payment_request.authentication_link_made": "Link to authenticate created",
    "invoice.pay_link_revoked": "Link to pay revoked",
    "account.registration_link_revoked": "Link to save a card revoked",
    "payment_request.authentication_link_revoked": "Link to authenticate revoked",
    "invoice.pay_link_made": "Link to pay created",
    "account.registration_link_made": "Link to save a card created",
    "account.instrument_registered": "Card or mandate saved",
    "account.instrument_changed": "Card or mandate changed",
    "account.instrument_defaulted": "Card or mandate made the default",
    "account.instrument_recurring": "Auto-charge switched on",
    "account.instrument_not_recurring": "Auto-charge switched off",
    "account.instrument_removed": "Card or mandate removed",
    "account.instrument_kept_at_gateway": "Removed card is still known to its gateway",
    "charge.fee_recorded": "Fee of the gateway recorded",
    "charge.fee_without_rate": "Fee of the gateway not recorded: no exchange rate",
    "payment_request.fee_recorded": "Charge of the bank recorded",
    "payment_request.fee_without_rate": "Charge of the bank not recorded: no exchange rate",
    "inbox_event.replayed": "Gateway event processed again",
    "dispute.open": "Dispute opened",
    "dispute.won": "Dispute won",
    "dispute.lost": "Dispute lost",
    "payment.dispute_open": "Payment disputed",
    "payment.dispute_won": "Dispute of the payment won",
    "payment.dispute_lost": "Dispute of the payment lost",
    "transaction.noted": "Note",
    "account.noted": "Note",
    "run_definition.created": "Run definition written",
    "run_definition.changed": "Run definition changed",
    "run_definition.effective": "Run definition made effective",
    "run_definition.not_effective": "Run definition made not effective",
    "run_definition.submitted": "Schedule of the run definition put in force",
    "run_definition.deleted": "Run definition deleted",
    "run.created": "Run started",
    "run.paused": "Run paused",
    "run.resumed": "Run resumed",
    "run.cancelled": "Rest of the run cancelled",
    "run.completed": "Run completed",
    "run.completed_with_errors": "Run completed, some steps failed",
    "run.failed": "Run failed",
    "import.finished": "File imported",
    "import.refused": "Import refused",
}
# Object types of events, and of rows of configuration (their model's name), as pages call them.
THINGS = {
    "transaction": "Transaction",
    "account": "Account",
    "customer": "Customer",
    "payment_request": "Payment request",
    "company": "Company",
    "membership": "Person",
    "user": "Person",
    "invitation": "Invitation",
    "api_key": "API key",
    "period": "Period",
    "provider": "Payment provider",
    "charge": "Charge",
    "dispute": "Dispute",
    "inbox_event": "Gateway event",
    "import_run": "Import",
    "run_definition": "Run definition",
    "run": "Run",
    "product": "Product",
    "role": "Role",
    "reason": "Rejection reason",
    "category": "Category",
    "accountdefinition": "Payment terms",
    "account_definition": "Payment terms",
    "accountclassification": "Account classification",
    "creditrating": "Credit rating",
    "paymentpreference": "Account payment method",
    "presentmentpreference": "Delivery method",
    "transactiontype": "Transaction subtype",
    "transactiondefinition": "Accounting defaults",
    "paymentmethod": "Payment method",
    "refundmethod": "Refund method",
    "postingrule": "Posting rule",
    "taxrate": "Tax rate",
    "tax_rate": "Tax rate",
    "ledgeraccount": "Ledger account",
    "ledger_account": "Ledger account",
}
LABELS = {
    "credit_limit_minor": "Credit limit",
    "type": "Subtype",
    "is_active": "In use",
    "is_default": "Default",
    "is_effective": "Active",
    "email": "Email",
    "back_office_code": "External reference",
    "presentment_preference": "Delivery method",
    "credit_period_operator": "Custom terms",
    "credit_period_value": "Custom terms, how many",
    "credit_period_unit": "Custom terms, days or months",
    "address_line1": "Address",
    "address_line2": "Address, second line",
    "account_id": "Account",
    "customer_id": "Customer",
    "payment_request_id": "Payment request",
    "requests": "Payment requests",
    "from": "From",
    "to": "To",
    "user": "Person",
    "invitation": "Invitation",
    "through": "Through",
    "code": "Code",
    "sha256": "Fingerprint of the file",
    "proximity_days": "Due-date tolerance in days",
    "proximity_operator": "Due-date tolerance",
    "days": "Net days",
    "allocation_principle": "Payments are applied",
    "unit_amount": "Price",
    "instrument": "Card or mandate",
}
STATES = {"None": "none", "": "none", "True": "yes", "False": "no"}
# Said by the sentence, by the amount beside it, or by the thing's own page.
SILENT = frozenset(
    {"amount", "currency", "was", "state", "number", "expires_at", "refusals", "payment_preference", "attempt"}
)


def sentence(type_: str) -> str:
    """``invoice.posted`` is Invoice posted; a row of configuration is called by its name."""
    if type_ in SENTENCES:
        return SENTENCES[type_]
    thing, _, verb = type_.rpartition(".")
    return f"{type_of_thing(thing)} {word(verb).lower()}".strip()


def words_known(type_: str) -> bool:
    """Whether somebody wrote words for it: the rest is only spelled out."""
    thing, _, verb = type_.rpartition(".")
    return type_ in SENTENCES or (thing in THINGS and verb in ("created", "changed"))


def type_of_thing(object_type: str) -> str:
    return THINGS.get(object_type) or word(object_type)
