"""Customers and their accounts in the API."""

from subledger.api_kit.faces import ApiFace, Mount

from . import accounts, configuration, contact_persons, customers

API = ApiFace(
    mounts=(
        Mount(path="/customers", router=customers.router),
        Mount(path="/contact_persons", router=contact_persons.router),
        Mount(path="/accounts", router=accounts.router),
        Mount(router=accounts.note_router),
        Mount(router=configuration.router),
    ),
    summaries={
        "list_account_notes": "List the notes on an account",
        "preview_account_termination": "Show what terminating an account comes to",
        "create_account_note": "Note something on an account",
    },
)
