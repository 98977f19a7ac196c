"""Payment gateways in the API: providers, requests and their results, links for customers, webhooks."""

from subledger.api_kit.faces import ApiFace, Mount, Path, Refusal

from . import (
    marked_files,
    payment_preferences,
    payment_reports,
    payment_requests,
    providers,
    public_links,
    refunds,
    unbooked_facts,
    webhooks,
)
from .latest import LATEST_REQUEST

API = ApiFace(
    mounts=(
        Mount(path="/accounts", router=payment_preferences.router),
        Mount(router=refunds.router),
        Mount(router=providers.router),
        Mount(router=marked_files.router),
        Mount(router=payment_reports.router),  # before payment_requests: "bulk" is no id
        Mount(router=payment_requests.router),
        Mount(router=unbooked_facts.router),
        Mount(router=public_links.router),
    ),
    paths=(Path(address="webhooks/<str:kind>/<str:provider>", view=webhooks.deliver, name="deliver"),),
    parts=(LATEST_REQUEST,),
    refusals={402: Refusal(words="The payment gateway declined.", tags=frozenset({"Documents"}))},
    problem_members={
        "gateway_code": "Of payment_declined: what the gateway calls it.",
        "transaction": "Of payment_declined: the payment or refund it is about.",
        "reason": "Of webhook_refused: a stable word.",
    },
    summaries={
        "list_account_payment_preferences": "List the ways to pay of an account",
        "create_account_payment_preference": "Add a way to pay to an account",
        "update_account_payment_preference": "Let payment runs collect by a way to pay, or not",
        "default_account_payment_preference": "Make a way to pay the default",
        "allow_account_payment_preference": "Let a way to pay be charged again that was declined for good",
        "delete_account_payment_preference": "Remove a way to pay",
        "create_pay_balance_link": "Make a link to the customer's page of an account",
        "create_setup_session": "Open a gateway's page to register a card",
        "look_up_payment_request": "Look up a payment request at its gateway",
        "process_payment_requests": "Report payment requests as begun",
        "post_payment_requests": "Report payment requests as posted",
        "reject_payment_requests": "Report payment requests as rejected",
        "export_payment_requests": "Export payment requests to a file",
        "export_payment_requests_again": "Get a marked file of payment requests again",
        "import_payment_request_results": "Import a file of results",
    },
    examples={
        "iban": "IT60X0542811101000000123456",
        "kind": "generic",
        "url": "https://subledger.example.com/pay/token",
        "request": "prq_0cp3t6jbr07s5",
        "request_unique_identifier": "1",
        "content": "request,result,reference\nPRQ00000001,posted,BANK-1\n",
    },
)
