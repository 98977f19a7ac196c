"""What the page of an invoice says of its promises and disputes, and what can be done."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.accounts.states import AccountState
from subledger.kernel.sentences import said, say
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.promises.models import InvoiceDispute, Promise
from subledger.promises.queries import disputes_of, instalments_of, promises_of
from subledger.promises.rules.instalments import broken_on, next_of, parts_of
from subledger.promises.states import DisputeState, PromiseState
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState

INSTALMENTS = (
    DayColumn("agreed_on", say("Agreed on"), strong=True),
    MoneyColumn("minor", say("Promised"), lead=True, total=True),
    MoneyColumn("covered_minor", say("Paid"), total=True),
    MoneyColumn("unpaid_minor", say("Unpaid"), total=True),
    BadgeColumn("state", say("State")),
)
EARLIER = (
    DayColumn("made_on", say("Made"), strong=True),
    MoneyColumn("promised_minor", say("Promised"), lead=True),
    DayColumn("ended_on", say("Ended")),
    NameColumn("note", say("Note")),
    BadgeColumn("state", say("State")),
)
DISPUTES = (
    Column("reason", say("Dispute"), link=lambda row: page_url("dispute", row.pk), strong=True),
    DayColumn("opened_on", say("Opened")),
    DayColumn("follow_up_on", say("Follow up on")),
    MoneyColumn("amount_minor", say("Disputed"), lead=True),
    BadgeColumn("state", say("State")),
)


def _read(row: Any) -> dict[str, Any]:
    """Read once for all parts of the page."""
    found: dict[str, Any] | None = getattr(row, "promises_told", None)
    if found is None:
        is_invoice = row.classification == Classification.INVOICE and row.posted_on
        promises = promises_of(row.pk) if is_invoice else []
        disputes = disputes_of(row.pk) if is_invoice else []
        found = {
            "promises": promises,
            "instalments": instalments_of(one.pk for one in promises),
            "open": next((one for one in promises if one.state == PromiseState.OPEN), None),
            "broken": promises[0] if promises and promises[0].state == PromiseState.BROKEN and row.open_minor else None,
            "disputes": disputes,
            "disputed": next((one for one in disputes if one.state == DisputeState.OPEN), None),
        }
        row.promises_told = found
    return found


def is_owed(row: Any) -> bool:
    return bool(
        row.classification == Classification.INVOICE
        and row.state == TransactionState.POSTED
        and row.mirrors_id is None
        and not row.account.system_role
        and row.account.state != AccountState.TERMINATED
        and row.open_minor
    )


def held(request: Any, row: Any) -> list[tuple[str, str, Q]]:
    """What the list of transactions is narrowed by."""
    promises = Promise.objects.filter(document_id=OuterRef("pk"), state=PromiseState.OPEN)
    disputes = InvoiceDispute.objects.filter(document_id=OuterRef("pk"), state=DisputeState.OPEN)
    return [
        ("promised", say("Promised"), Q(Exists(promises))),
        ("disputed", say("Disputed"), Q(Exists(disputes))),
    ]


def actions(request: Any, row: Transaction) -> list[Action]:
    told = _read(row)
    found = []
    if told["open"] and may(request, "promises.make"):
        found.append(Action(say("Withdraw the promise"), page_url("promise_withdraw", told["open"].pk), "ban"))
    elif is_owed(row) and may(request, "promises.make"):
        found.append(Action(say("Promise to pay"), page_url("promise_new", row.pk), "calendar", rank=-1))
    if may(request, "promises.dispute"):
        if told["disputed"]:
            found.append(
                Action(say("Close the dispute"), page_url("dispute_close", told["disputed"].pk), "lock", rank=70)
            )
        elif is_owed(row):
            found.append(Action(say("Record a dispute"), page_url("dispute_new", row.pk), "alert-triangle", rank=-1))
    return found


def notices(request: Any, row: Transaction) -> list[SafeString]:
    told = _read(row)
    if not (told["open"] or told["broken"] or told["disputed"]):
        return []
    context = {**told, "row": row}
    if told["open"]:
        agreed = told["instalments"].get(told["open"].pk, ())
        context |= {
            "next": next_of(agreed, told["open"].unpaid_minor),
            "breaks_on": broken_on(agreed, told["open"].unpaid_minor, grace_days=told["open"].grace_days),
        }
    return [render_to_string("promises/notices.html", context)]


def standing(request: Any, row: Transaction) -> list[str]:
    """How it stands, where it is held."""
    told = _read(row)
    return ["disputed"] if told["disputed"] else ["promised"] if told["open"] else []


def tables(request: Any, row: Transaction) -> list[dict[str, Any]]:
    told = _read(row)
    found = []
    latest = next((one for one in told["promises"] if one.state in (PromiseState.OPEN, PromiseState.KEPT)), None)
    if latest is not None:
        parts = parts_of(told["instalments"].get(latest.pk, ()), latest.unpaid_minor)
        lines = [
            {
                "agreed_on": part.agreed_on,
                "minor": part.covered_minor + part.unpaid_minor,
                "covered_minor": part.covered_minor,
                "unpaid_minor": part.unpaid_minor,
                "currency": latest.currency,
                "state": "open" if part.unpaid_minor else "kept",
            }
            for part in parts
        ]
        found.append({
            "title": format_html(said(say("Promise to pay of {}")), show.day(latest.made_on)),
            "table": table(INSTALMENTS, lines, with_totals=len(lines) > 1),
        })  # fmt: skip
    earlier = [one for one in told["promises"] if one is not latest]
    if earlier:
        found.append({"title": say("Earlier promises"), "table": table(EARLIER, earlier)})
    if told["disputes"]:
        found.append({"title": say("Disputes of this invoice"), "table": table(DISPUTES, told["disputes"])})
    return found
