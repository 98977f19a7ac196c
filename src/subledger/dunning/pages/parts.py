"""What dunning adds to pages of accounts and transactions, and to the overview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.accounts.models import Account
from subledger.accounts.states import AccountType
from subledger.dunning.models import DunningRecord
from subledger.dunning.queries import claims_of, dunning_of, letters_to_print, records_of
from subledger.dunning.states import RecordOutcome
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column
from subledger.page_kit.formats import formats
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState

from .records import CLAIMS, RECORDS, document_url

SHOWN = 10


def of_transaction(request: Any, row: Transaction) -> Iterator[dict[str, Any]]:
    """The levels that an invoice reached, and what was drafted for its being late."""
    if row.classification != Classification.INVOICE or not row.posted_on:
        return
    records = list(records_of([row.pk]))
    if records:
        yield {"title": say("Dunning"), "table": table(RECORDS, records)}
    claims = list(claims_of([row.pk]))
    if claims:
        yield {"title": say("Late charges"), "table": table(CLAIMS, claims)}


def facts(request: Any, row: Transaction) -> list[tuple[str, Any]]:
    """Where an open invoice stands: what comes next and when, or why nothing does."""
    if row.classification != Classification.INVOICE or row.state != TransactionState.POSTED:
        return []
    if not getattr(row, "open_minor", 0) or row.account.type != AccountType.CUSTOMER:
        return []
    found = dunning_of(row, as_of=today())
    if found is None:
        return []
    if found.reason:
        return [(say("Dunning"), show.word(found.reason))]
    if found.is_over:
        return [(say("Dunning"), say("Its dunning has ended"))]
    if found.coming is None:
        return [(say("Dunning"), say("It has reached the last level of “{plan}”", plan=found.plan.name))]
    return [
        (say("Dunning"), found.plan.name),
        (
            say("Next level"),
            say("{level}, {on}", level=found.names[found.coming.level.id], on=formats().write_day(found.coming.on)),
        ),
    ]


def of_account(request: Any, account: Account) -> Iterator[dict[str, Any]]:
    records = list(
        DunningRecord.objects.filter(account=account)
        .exclude(outcome=RecordOutcome.OVERTAKEN)
        .order_by("-recorded_on", "-pk")[:SHOWN]
    )
    if records:
        document = Column("document_number", say("Document"), link=document_url, strong=True)
        level, *rest = RECORDS
        yield {"title": say("Dunning"), "table": table((document, Column("level_name", level.label), *rest), records)}


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    """Letters that wait to be printed, and are to be still."""
    waiting = len(letters_to_print(as_of=today()))
    url = f"{page_url('dunning')}?outcome=to_print"
    return [{"label": say("Reminders to print"), "count": waiting, "url": url, "icon": "printer"}]
