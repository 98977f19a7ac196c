"""One example of every writing operation of the API, by its id: what has to be there, where it goes, what it says."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.apps import apps
from django.db import connection
from tests.api.test_resources import CONFIGURATION, first
from tests.documents.test_logos import picture
from tests.factories import NOW
from tests.gateways.toy import Bank, Order, take_time
from tests.pages.conftest import member
from tests.retries.rows import keep_retry
from tests.runs.toy import TOY

from subledger.companies.models import Company
from subledger.config.api import api as the_api
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import ActionRequired, Declined, Outcome
from subledger.gateways.services import unbooked
from subledger.gateways.services.unbooked import Unbooked
from subledger.kernel.ids import decode
from subledger.messages.services import delivery
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

from .conftest import Till

Example = Callable[[Till], tuple[str, Any]]
ITEMS = [{"unit_amount": 500, "description": "Example"}]
ALL = {"amount": "all"}
READS = {"GET", "HEAD", "OPTIONS"}


class Operation(NamedTuple):
    id: str
    method: str
    view: Callable[..., Any]


def operations() -> Iterator[Operation]:
    """Every writing operation that the API has, whoever wrote it."""
    for _, router in the_api._routers:
        for views in router.path_operations.values():
            for one in views.operations:
                for method in set(one.methods) - READS:
                    yield Operation(one.operation_id, method, one.view_func)


# What cannot be shown in a dry run, without asking a gateway or the name of an address.
ASKING = frozenset(
    {"create_setup_session", "look_up_payment_request", "delete_account_payment_preference", "create_webhook_endpoint"}
)
DIGEST = "SELECT '{table}', md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t"


def contents() -> dict[str, str]:
    """A digest of everything that each of our tables holds."""
    models = [model for model in apps.get_models() if model.__module__.startswith("subledger.")]
    with connection.cursor() as cursor:
        tables = sorted({model._meta.db_table for model in models})
        cursor.execute(" UNION ALL ".join(DIGEST.format(table=table) for table in tables))
        return dict(cursor.fetchall())


def dry(api: Any, method: str, path: str, body: Any, *, said: str = "true", **headers: str) -> Any:
    """The raw response to what is only to be shown."""
    return api.request(method, f"{path}?dry_run={said}", body, **headers)


TO_ANA = {"recipient": "ana@example.com"}
TEMPLATE = {
    "code": "friendly", "name": "Friendly", "kind": "invoice", "language": "en", "subject": "#FT_NUMBER",
    "body": "Hello",
}  # fmt: skip
SUPPRESSED = {"address": "ana@example.com", "reason": "opted_out"}
LOGO = {"content": b64encode(picture()).decode()}


def posted(till: Till, path: str) -> str:
    ident: str = till.post(path, {"account": till.account, "items": ITEMS, "state": "posted"}, expect=201)["id"]
    return ident


def refunded(till: Till) -> str:
    body = {"account": credited(till), "amount": 500, "state": "posted"}
    ident: str = till.post("refunds", body, expect=201)["id"]
    return ident


def contact(till: Till) -> dict[str, Any]:
    return {"customer": till.post("customers", {"name": "Ann"}, expect=201)["id"], "name": "Eva"}


def contacted(till: Till) -> str:
    return f"contact_persons/{till.post('contact_persons', contact(till), expect=201)['id']}"


def file_of(till: Till) -> dict[str, Any]:
    return {"about": till.account, "name": "note.txt", "file": b64encode(b"As agreed.").decode()}


def attached(till: Till) -> str:
    return f"attachments/{till.post('attachments', file_of(till), expect=201)['id']}"


def owed(till: Till) -> str:
    """An invoice that stays open: over more than there is credit."""
    return f"invoices/{till.invoice(100_000)}"


def promised(till: Till) -> str:
    return f"promises/{till.post(f'{owed(till)}/promises', {'agreed_on': '2026-07-01'}, expect=201)['id']}"


def disputed(till: Till) -> str:
    return f"disputes/{till.post(f'{owed(till)}/disputes', {'reason': 'The hours.'}, expect=201)['id']}"


def prepaid(till: Till) -> str:
    """A wallet with 50.00, and its path."""
    till.payment(50)
    path = f"accounts/{till.account}/transfer_to_wallet"
    return f"wallets/{till.post(path, {'amount': 50_00}, expect=201)['wallet']}"


def granted(till: Till) -> str:
    made = till.post(f"{prepaid(till)}/credit", {"amount": 5_00}, expect=201)
    return f"wallet_transactions/{made['id']}"


def another_wallet(till: Till) -> str:
    ident: str = till.post("wallets", {"account": till.new_account()}, expect=201)["id"]
    return ident


def noted_call(till: Till) -> str:
    body = {"account": till.account, "text": "She pays on Friday.", "follow_up_on": "2026-07-01"}
    return f"collection_contacts/{till.post('collection_contacts', body, expect=201)['id']}"


def told_ana(till: Till) -> str:
    ident: str = till.post(f"invoices/{till.invoice(10)}/communicate", TO_ANA, expect=201)["id"]
    return ident


def sent_to_ana(till: Till) -> str:
    ident = told_ana(till)
    with company_scope(till.company.pk):
        delivery.deliver()
    return ident


def templated(till: Till) -> str:
    return f"message_templates/{till.post('message_templates', TEMPLATE, expect=201)['id']}"


def logo_set(till: Till) -> None:
    till.request("PUT", "letterhead/logo", LOGO)


def draft(till: Till, path: str) -> str:
    body = {"amount": 500} if path in ("payments", "refunds") else {"items": ITEMS}
    ident: str = till.post(path, {"account": till.account, **body}, expect=201)["id"]
    return ident


def draft_with_credit(till: Till, path: str) -> str:
    credited(till)
    return draft(till, path)


def collected(till: Till) -> str:
    ident: str = till.pay(25)["id"]
    return ident


def credited(till: Till) -> str:
    """An account with credit to pay out."""
    till.payment(100)
    return till.account


def generic(till: Till) -> tuple[str, str]:
    """An effective provider that an integrator works off, and its method."""
    method = first(till, "payment_methods", code="bank_transfer")
    preference = first(till, "payment_preferences", code="bank_transfer")
    body = {"kind": "generic", "code": "bank", "name": "Bank", "payment_methods": [method], "preferences": [preference]}
    made: str = till.post("payment_gateway_providers", body)["id"]
    till.post(f"payment_gateway_providers/{made}/activate")
    till.post(f"accounts/{till.account}/payment_preferences", {"preference": preference})  # it is asked with one
    return made, method


def element(till: Till, **fields: Any) -> dict[str, Any]:
    _, method = generic(till)
    asked = till.pay(25, method=method)["payment_request"]["id"]
    return {"elements": [{"request_unique_identifier": "1", "request": asked, **fields}]}


def chosen(till: Till) -> str:
    body = {"preference": first(till, "payment_preferences", code="direct_debit")}
    ident: str = till.post(f"accounts/{till.account}/payment_preferences", body)["id"]
    return ident


def stolen(till: Till) -> str:
    """A card that was declined for good."""
    till.desk.bank.script = [lambda bank, order: bank.settle(order, Declined("expired_card", "It has expired."))]
    till.pay(25, expect=402)
    ident: str = till.desk.card.public_id
    return ident


def unfinished(till: Till, script: Any) -> str:
    till.desk.bank.script = [script]
    ident: str = till.pay(25)["payment_request"]["id"]
    return ident


def wait_for_the_customer(bank: Bank, order: Order) -> Outcome:
    return ActionRequired("ref-1", "https://toy.example/authenticate", NOW + timedelta(hours=1))


def unbooked_fact(till: Till) -> str:
    with company_scope(till.desk.provider.company_id):
        facts = [Unbooked(source="camt.053", said="x", code="y", reason="z")]
        unbooked.keep(provider=till.desk.provider, facts=facts, actor="test")
    ident: str = till.get("unbooked_facts")["data"][0]["id"]
    return ident


def marked(till: Till) -> str:
    """A provider whose requests an export has marked."""
    provider, method = generic(till)
    till.pay(25, method=method)
    till.post("payment_requests/export", {"provider": provider, "format": "csv", "mark": True})
    return provider


def results(till: Till) -> dict[str, Any]:
    provider, method = generic(till)
    asked = till.pay(25, method=method)["payment_request"]["id"]
    content = f"request,result,reference\n{asked},posted,B-1\n"
    return {"provider": provider, "content": content}


def rule(till: Till) -> dict[str, Any]:
    kind = first(till, "transaction_types", code="invoice")
    invoices = till.get("posting_rules", classification="invoice", role="customer")["data"]
    known = next(one for one in invoices if one["type"] is None)
    sides = {"debit": known["debit"], "credit": known["credit"]}
    return {"classification": "invoice", "type": kind, "component": "total", **sides}


def new_company(till: Till) -> dict[str, Any]:
    code = f"new-{uuid4().hex[:6]}x{uuid4().hex[:6]}"
    ann = member(Company.objects.get(pk=till.desk.provider.company_id), "administrator")
    return {"code": code, "name": "New", "base_currency": "usd", "administrator": ann.username}


def closed(till: Till) -> dict[str, Any]:
    till.post("periods/close", {"through": "2026-03-31"})
    return {"reason": "Late invoice", "expected_outcome": till.get("periods/reopening")["outcome"]}


def suspended(till: Till) -> str:
    till.post(f"accounts/{till.account}/suspend", {})
    return till.account


def new_entry(path: str) -> Example:
    def example(till: Till) -> tuple[str, Any]:
        new, _ = CONFIGURATION[path]
        named = {name: value for name, value in new.items() if isinstance(value, str) and value in CONFIGURATION}
        fields = {**new, **{name: first(till, value) for name, value in named.items()}}
        return path, {"code": "xmas", "name": "Christmas", **fields}

    return example


def changed_entry(path: str) -> Example:
    def example(till: Till) -> tuple[str, Any]:
        _, body = new_entry(path)(till)
        return f"{path}/{till.post(path, body)['id']}", {"name": "Easter"}

    return example


def documents(path: str) -> dict[str, Example]:
    thing = path.removesuffix("s")
    amount = {"amount": 500} if path in ("payments", "refunds") else {"items": ITEMS}
    return {
        f"create_{thing}": lambda till: (path, {"account": credited(till), "state": "posted", **amount}),
        f"update_{thing}": lambda till: (f"{path}/{draft(till, path)}", {"issue_reason": "Changed"}),
        f"post_{thing}": lambda till: (f"{path}/{draft_with_credit(till, path)}/post", {}),
        f"reject_{thing}": lambda till: (f"{path}/{draft(till, path)}/reject", {"reason": first(till, "reasons")}),
    }


SINGULAR = {
    "product_groups": "product_group",
    "tax_rates": "tax_rate", "ledger_accounts": "ledger_account", "payment_methods": "payment_method",
    "refund_methods": "refund_method", "categories": "category", "reasons": "reason",
    "credit_reasons": "credit_reason",
    "account_classifications": "account_classification", "credit_ratings": "credit_rating",
    "payment_preferences": "payment_preference", "presentment_preferences": "presentment_preference",
    "account_definitions": "account_definition",
    "dunning_plans": "dunning_plan", "retry_plans": "retry_plan",
    "wallet_transaction_types": "wallet_transaction_type",
}  # fmt: skip
TYPE = {"code": "till", "name": "Till", "classification": "invoice"}
PROVIDER = {"kind": "generic", "code": "bank", "name": "Bank"}


def a_level(till: Till) -> dict[str, Any]:
    plan = till.post("dunning_plans", {"code": "levels", "name": "Till"}, expect=201)["id"]
    return {"plan": plan, "number": 1, "name": "First", "days": 3}


def levelled(till: Till) -> str:
    return f"dunning_levels/{till.post('dunning_levels', a_level(till), expect=201)['id']}"


def a_rate(till: Till) -> dict[str, Any]:
    plan = till.post("dunning_plans", {"code": "rates", "name": "Till"}, expect=201)["id"]
    return {"plan": plan, "from_on": "2027-01-01", "percent": "9.12"}


def rated(till: Till) -> str:
    return f"dunning_rates/{till.post('dunning_rates', a_rate(till), expect=201)['id']}"


def a_minimum(till: Till) -> dict[str, Any]:
    plan = till.post("dunning_plans", {"code": "minimums", "name": "Till"}, expect=201)["id"]
    return {"plan": plan, "amount_decimal": "1000", "currency": "eur"}


def least(till: Till) -> str:
    return f"dunning_minimums/{till.post('dunning_minimums', a_minimum(till), expect=201)['id']}"


CODE = {"code": "X9", "decline_class": "hard"}


def coded(till: Till) -> str:
    return f"decline_codes/{till.post('decline_codes', CODE, expect=201)['id']}"


def tried_again(till: Till) -> str:
    """A retry, of an invoice whose payment was declined."""
    invoice = till.invoice(25)
    with company_scope(till.company.pk):
        row = PaymentRequest.objects.get(pk=decode(PaymentRequest.PREFIX, unfinished(till, take_time)))
        PaymentRequest.objects.filter(pk=row.pk).update(state="rejected", executed_at=row.created_at, check_at=None)
        made = keep_retry(row, Transaction.objects.get(pk=decode(Transaction.PREFIX, invoice)))
    return f"retries/{made.public_id}"


def with_method(till: Till) -> str:
    methods = [first(till, "payment_methods", code="bank_transfer")]
    made: str = till.post("payment_gateway_providers", {**PROVIDER, "payment_methods": methods})["id"]
    return made


DAILY = {"every": "day", "start": "2026-05-21T06:00:00"}


def defined(till: Till, *verbs: str, schedule: dict[str, Any] | None = None) -> str:
    """The path of a run definition, as it is after these verbs."""
    body = {"kind": TOY.name, "name": "Numbers", "criteria": {"to": 3}, "schedule": schedule or {}}
    path = f"run_definitions/{till.post('run_definitions', body)['id']}"
    for verb in verbs:
        till.post(f"{path}/{verb}", {})
    return path


SEGMENT = {"name": "Owing", "about": "accounts", "criteria": {"standing": "owes"}}
HOOK = {"url": "https://93.184.215.14/hooks"}


def month_line(till: Till) -> dict[str, str]:
    """A line of the month's end, as it stands."""
    [line, *_] = till.get("periods/month_end", month="2026-05")["lines"]
    return {"month": "2026-05", "item": line["name"], "expected_outcome": line["outcome"]}


def month_line_marked(till: Till) -> dict[str, str]:
    line = month_line(till)
    till.post("periods/month_end/done", line)
    return {"month": line["month"], "item": line["item"]}


def hooked(till: Till, *verbs: str) -> str:
    """The path of a webhook endpoint, as it is after these verbs."""
    path = f"webhook_endpoints/{till.post('webhook_endpoints', HOOK)['id']}"
    for verb in verbs:
        till.post(f"{path}/{verb}", {})
    return path


def begun(till: Till, *verbs: str) -> str:
    """The path of a run that waits for a worker."""
    path = f"runs/{till.post(defined(till, 'effective') + '/execute', {})['id']}"
    for verb in verbs:
        till.post(f"{path}/{verb}", {})
    return path


PAYMENTS = b"account,amount,posted_on\nA1,5.00,2026-05-04\n"
EXAMPLES: dict[str, Example] = {
    **{f"create_{thing}": new_entry(path) for path, thing in SINGULAR.items()},
    **{f"update_{thing}": changed_entry(path) for path, thing in SINGULAR.items()},
    **documents("invoices"), **documents("credit_notes"), **documents("payments"), **documents("refunds"),
    "create_company": lambda till: ("companies", new_company(till)),
    "create_customer": lambda till: ("customers", {"name": "Ann"}),
    "update_customer": lambda till: (f"customers/{till.post('customers', {'name': 'Ann'})['id']}", {"name": "Bea"}),
    "update_number_series": lambda till: (
        f"number_series/{till.get('number_series', code='invoice')['data'][0]['id']}", {"next_number": 42},
    ),
    "create_contact_person": lambda till: ("contact_persons", contact(till)),
    "update_contact_person": lambda till: (contacted(till), {"role": "billing"}),
    "remove_contact_person": lambda till: (contacted(till), None),
    "create_attachment": lambda till: ("attachments", file_of(till)),
    "remove_attachment": lambda till: (attached(till), None),
    "create_invoice_promise": lambda till: (f"{owed(till)}/promises", {"agreed_on": "2026-07-01"}),
    "create_wallet": lambda till: ("wallets", {"account": till.new_account()}),
    "credit_wallet": lambda till: (f"{prepaid(till)}/credit", {"amount": 500}),
    "debit_wallet": lambda till: (f"{prepaid(till)}/debit", {"amount": 500}),
    "transfer_wallet": lambda till: (f"{prepaid(till)}/transfer", {"amount": 500, "to_wallet": another_wallet(till)}),
    "reimburse_wallet": lambda till: (f"{prepaid(till)}/reimburse", {"amount": 500}),
    "void_wallet_transaction": lambda till: (f"{granted(till)}/void", {}),
    "transfer_account_to_wallet": lambda till: (f"accounts/{credited(till)}/transfer_to_wallet", {"amount": 500}),
    "update_wallet_definition": lambda till: ("wallet_definition", {"may_overdraw": False}),
    "create_collection_contact": lambda till: (
        "collection_contacts", {"account": till.account, "text": "She pays on Friday."},
    ),
    "do_collection_contact": lambda till: (f"{noted_call(till)}/done", {}),
    "assign_account_collector": lambda till: (f"accounts/{till.account}/collector", {"collector": None}),
    "withdraw_promise": lambda till: (f"{promised(till)}/withdraw", {}),
    "create_invoice_dispute": lambda till: (f"{owed(till)}/disputes", {"reason": "The hours of May."}),
    "follow_up_dispute": lambda till: (f"{disputed(till)}/follow_up", {"follow_up_on": "2026-07-01"}),
    "close_dispute": lambda till: (f"{disputed(till)}/close", {"outcome": "rejected"}),
    "create_account": lambda till: ("accounts", {"customer": till.post("customers", {"name": "Ann"})["id"]}),
    "update_account": lambda till: (f"accounts/{till.account}", {"description": "Changed"}),
    "suspend_account": lambda till: (f"accounts/{till.account}/suspend", {"reason": "Late"}),
    "reactivate_account": lambda till: (f"accounts/{suspended(till)}/reactivate", {}),
    "terminate_account": lambda till: (f"accounts/{till.account}/terminate", {}),
    "allocate_account": lambda till: (f"accounts/{till.account}/allocate", None),
    "create_account_payment_preference": lambda till: (
        f"accounts/{till.account}/payment_preferences",
        {"preference": first(till, "payment_preferences", code="direct_debit")},
    ),
    "create_setup_session": lambda till: (f"accounts/{till.account}/payment_preferences/setup_session", {}),
    "default_account_payment_preference": lambda till: (
        f"accounts/{till.account}/payment_preferences/{chosen(till)}/default", None,
    ),
    "allow_account_payment_preference": lambda till: (
        f"accounts/{till.account}/payment_preferences/{stolen(till)}/allow", None,
    ),
    "update_account_payment_preference": lambda till: (
        f"accounts/{till.account}/payment_preferences/{till.desk.card.public_id}", {"use_for_recurring": False},
    ),
    "delete_account_payment_preference": lambda till: (
        f"accounts/{till.account}/payment_preferences/{till.desk.card.public_id}", None,
    ),
    "create_product": lambda till: ("products", {"code": "p", "name": "P"}),
    "update_product": lambda till: (
        f"products/{till.post('products', {'code': 'p', 'name': 'P'})['id']}", {"name": "Q"},
    ),
    "cancel_invoice": lambda till: (f"invoices/{till.invoice(10)}/cancel", {}),
    "cancel_payment": lambda till: (
        f"payments/{collected(till)}/cancel", {**ALL, "type": till.desk.cancellation_type.public_id},
    ),
    "write_off_invoice": lambda till: (f"invoices/{till.invoice(10)}/write_off", ALL),
    "quick_pay_invoice": lambda till: (f"invoices/{till.invoice(10)}/quick_pay", {**ALL, "method": till.method}),
    "refund_payment": lambda till: (f"payments/{collected(till)}/refund", {"amount": 1000}),
    "move_payment": lambda till: (f"payments/{till.payment(10)}/move", {"to_account": till.new_account()}),
    "create_payment_gateway_provider": lambda till: ("payment_gateway_providers", PROVIDER),
    "update_payment_gateway_provider": lambda till: (
        f"payment_gateway_providers/{till.provider}", {"description": "Changed"},
    ),
    "delete_payment_gateway_provider": lambda till: (
        f"payment_gateway_providers/{till.post('payment_gateway_providers', PROVIDER)['id']}", None,
    ),
    "activate_payment_gateway_provider": lambda till: (
        f"payment_gateway_providers/{with_method(till)}/activate", None,
    ),
    "deactivate_payment_gateway_provider": lambda till: (f"payment_gateway_providers/{till.provider}/deactivate", None),
    "process_payment_requests": lambda till: ("payment_requests/bulk/process", element(till)),
    "post_payment_requests": lambda till: ("payment_requests/bulk/post", element(till, reference="B-1")),
    "reject_payment_requests": lambda till: ("payment_requests/bulk/reject", element(till, error_code="no")),
    "export_payment_requests": lambda till: (
        "payment_requests/export", {"provider": generic(till)[0], "format": "csv", "mark": True},
    ),
    "export_payment_requests_again": lambda till: (
        "payment_requests/export/again", {"provider": marked(till)},
    ),
    "import_payment_request_results": lambda till: ("payment_requests/results", results(till)),
    "return_payment_requests": lambda till: ("payment_requests/bulk/return", element(till, error_code="AM04")),
    "withdraw_payment_request": lambda till: (
        f"payment_requests/{element(till)['elements'][0]['request']}/withdraw", {"reason": "Paid in cash"},
    ),
    "resolve_unbooked_fact": lambda till: (f"unbooked_facts/{unbooked_fact(till)}/resolve", {"resolution": "Asked."}),
    "look_up_payment_request": lambda till: (f"payment_requests/{unfinished(till, take_time)}/look_up", None),
    "create_authentication_link": lambda till: (
        f"payment_requests/{unfinished(till, wait_for_the_customer)}/authentication_link", {},
    ),
    "create_pay_link": lambda till: (f"invoices/{till.invoice(10)}/pay_link", {}),
    "revoke_link": lambda till: (f"links/{till.post(f'invoices/{till.invoice(10)}/pay_link')['id']}/revoke", None),
    "create_pay_balance_link": lambda till: (f"accounts/{till.account}/pay_balance_link", {}),
    "create_registration_link": lambda till: (f"accounts/{till.account}/registration_link", {}),
    "create_transaction_type": lambda till: ("transaction_types", TYPE),
    "update_transaction_type": lambda till: (
        f"transaction_types/{till.post('transaction_types', TYPE)['id']}", {"name": "Changed"},
    ),
    "create_posting_rule": lambda till: ("posting_rules", rule(till)),
    "update_posting_rule": lambda till: (
        f"posting_rules/{first(till, 'posting_rules', classification='invoice')}", {"credit": rule(till)["credit"]},
    ),
    "activate_account_definition": lambda till: (
        f"account_definitions/{till.post(*new_entry('account_definitions')(till))['id']}/activate", None,
    ),
    "update_promise_definition": lambda till: ("promise_definition", {"grace_days": 5}),
    "update_transaction_definition": lambda till: ("transaction_definition", {"refund_needs_credit_balance": False}),
    "create_import": lambda till: (
        "imports", {"kind": "payments", "name": "p.csv", "file": b64encode(PAYMENTS).decode()},
    ),
    "close_period": lambda till: ("periods/close", {"through": "2026-03-31"}),
    "reopen_period": lambda till: ("periods/reopen", closed(till)),
    "enter_exchange_rate": lambda till: ("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.9"}),
    "create_account_note": lambda till: (f"accounts/{till.account}/notes", {"text": "Called"}),
    "create_transaction_note": lambda till: (f"transactions/{till.invoice(10)}/notes", {"text": "Called"}),
    "create_run_definition": lambda till: (
        "run_definitions", {"kind": TOY.name, "name": "Numbers", "criteria": {"to": 3}},
    ),
    "update_run_definition": lambda till: (defined(till), {"name": "Other numbers"}),
    "delete_run_definition": lambda till: (defined(till), None),
    "activate_run_definition": lambda till: (f"{defined(till)}/effective", None),
    "deactivate_run_definition": lambda till: (f"{defined(till, 'effective')}/not_effective", None),
    "submit_run_definition": lambda till: (f"{defined(till, 'effective', schedule=DAILY)}/submit", None),
    "preview_run_definition": lambda till: (f"{defined(till)}/preview", {}),
    "execute_run_definition": lambda till: (f"{defined(till, 'effective')}/execute", {}),
    "pause_run": lambda till: (f"{begun(till)}/pause", None),
    "resume_run": lambda till: (f"{begun(till, 'pause')}/resume", None),
    "cancel_run": lambda till: (f"{begun(till)}/cancel", None),
    "create_segment": lambda till: ("segments", SEGMENT),
    "preview_segment": lambda till: ("segments/preview", {"about": "accounts"}),
    "update_segment": lambda till: (f"segments/{till.post('segments', SEGMENT)['id']}", {"name": "Other"}),
    "delete_segment": lambda till: (f"segments/{till.post('segments', SEGMENT)['id']}", None),
    "create_webhook_endpoint": lambda till: ("webhook_endpoints", HOOK),
    "update_webhook_endpoint": lambda till: (hooked(till), {"filters": ["invoice.*"]}),
    "delete_webhook_endpoint": lambda till: (hooked(till), None),
    "enable_webhook_endpoint": lambda till: (f"{hooked(till, 'disable')}/enable", None),
    "disable_webhook_endpoint": lambda till: (f"{hooked(till)}/disable", None),
    "rotate_webhook_endpoint_secret": lambda till: (f"{hooked(till)}/rotate", None),
    "test_webhook_endpoint": lambda till: (f"{hooked(till)}/test", None),
    "communicate_invoice": lambda till: (f"invoices/{till.invoice(10)}/communicate", TO_ANA),
    "communicate_credit_note": lambda till: (f"credit_notes/{posted(till, 'credit_notes')}/communicate", TO_ANA),
    "communicate_payment": lambda till: (f"payments/{till.payment(10)}/communicate", TO_ANA),
    "communicate_refund": lambda till: (f"refunds/{refunded(till)}/communicate", TO_ANA),
    "communicate_transaction": lambda till: (f"transactions/{till.invoice(10)}/communicate", TO_ANA),
    "communicate_account": lambda till: (f"accounts/{till.account}/communicate", TO_ANA),
    "resend_message": lambda till: (f"messages/{sent_to_ana(till)}/resend", {}),
    "try_message_now": lambda till: (f"messages/{told_ana(till)}/try_now", None),
    "try_messages_now": lambda till: ("messages/try_now", None),
    "bounce_message": lambda till: (f"messages/{sent_to_ana(till)}/bounced", None),
    "create_decline_code": lambda till: ("decline_codes", CODE),
    "update_decline_code": lambda till: (coded(till), {"decline_class": "soft"}),
    "stop_retry": lambda till: (f"{tried_again(till)}/stop", {"note": "She pays by transfer"}),
    "make_retry": lambda till: (f"{tried_again(till)}/make", None),
    "create_dunning_level": lambda till: ("dunning_levels", a_level(till)),
    "update_dunning_level": lambda till: (levelled(till), {"name": "Changed"}),
    "create_dunning_minimum": lambda till: ("dunning_minimums", a_minimum(till)),
    "update_dunning_minimum": lambda till: (least(till), {"amount_decimal": "500"}),
    "create_dunning_rate": lambda till: ("dunning_rates", a_rate(till)),
    "update_dunning_rate": lambda till: (rated(till), {"percent": "8.5"}),
    "create_message_template": lambda till: ("message_templates", TEMPLATE),
    "update_message_template": lambda till: (templated(till), {"name": "Changed"}),
    "preview_message_template": lambda till: (f"{templated(till)}/preview", {}),
    "update_message_settings": lambda till: ("message_settings", {"language": "it"}),
    "create_suppression": lambda till: ("suppressions", SUPPRESSED),
    "lift_suppression": lambda till: (f"suppressions/{till.post('suppressions', SUPPRESSED)['id']}/lift", None),
    "update_letterhead": lambda till: ("letterhead", {"legal_name": "Nordlicht GmbH"}),
    "set_logo": lambda till: ("letterhead/logo", LOGO),
    "remove_logo": lambda till: ("letterhead/logo", logo_set(till)),
    "create_printouts": lambda till: ("printouts", {"documents": [till.invoice(10), till.payment(5)]}),
    "renew_invoice_printout": lambda till: (f"invoices/{till.invoice(10)}/printout", {}),
    "renew_credit_note_printout": lambda till: (f"credit_notes/{posted(till, 'credit_notes')}/printout", {}),
    "renew_payment_printout": lambda till: (f"payments/{till.payment(10)}/printout", {}),
    "renew_refund_printout": lambda till: (f"refunds/{refunded(till)}/printout", {}),
    "renew_transaction_printout": lambda till: (f"transactions/{till.payment(10)}/printout", {}),
    "create_month_export": lambda till: ("month_exports", {"month": "2026-05"}),
    "create_report_export": lambda till: ("report_exports", {"report": "general-journal"}),
    "create_books_check": lambda till: ("books_checks", None),
    "mark_month_end_line": lambda till: ("periods/month_end/done", month_line(till)),
    "unmark_month_end_line": lambda till: ("periods/month_end/undone", month_line_marked(till)),
    "replay_webhooks": lambda till: (f"{hooked(till)}/replay", {"event": till.get("events")["data"][0]["id"]}),
}  # fmt: skip
