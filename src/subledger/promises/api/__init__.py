"""Promises to pay and disputes of invoices in the API."""

from subledger.api_kit.faces import ApiFace, Mount

from . import disputes, promises
from .holds import HOLD

API = ApiFace(
    mounts=(Mount(router=promises.router), Mount(router=disputes.router)),
    parts=(HOLD,),
    summaries={
        "create_invoice_promise": "Record a promise to pay an invoice",
        "withdraw_promise": "Withdraw a promise to pay",
        "create_invoice_dispute": "Hold an invoice that its customer objects to",
        "follow_up_dispute": "Put a dispute off to another day",
        "close_dispute": "Close a dispute with its outcome",
    },
    examples={
        "agreed_on": "2026-07-01",
        "grace_days": 3,
        "follow_up_on": "2026-07-01",
        "outcome": "rejected",
        "reason": "The hours of May are disputed.",
    },
)
