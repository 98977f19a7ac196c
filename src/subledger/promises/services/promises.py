"""Making and withdrawing promises, and breaking those whose day is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import lock_accounts, locked
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.companies.queries import today_of_company
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id
from subledger.promises.broken import BROKEN
from subledger.promises.errors import NothingToPromise, PromiseInvalid, PromiseStands
from subledger.promises.models import Instalment, Promise
from subledger.promises.queries import grace_days
from subledger.promises.rules import instalments as rules
from subledger.promises.states import LIVING, PROMISES, EndReason, PromiseState
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification, TransactionState

SYSTEM = "system"  # who breaks promises: nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromise:
    """What somebody promises of an invoice. ``grace_days``: the company's where it is None."""

    document_id: int
    instalments: Sequence[rules.Instalment]
    grace_days: int | None = None
    waives_interest: bool = False
    note: str = ""


class Foreseen(NamedTuple):
    """What a promise would say: its instalments, and the day from which it is broken if nothing is paid."""

    document: Any
    instalments: tuple[rules.Agreed, ...]
    grace_days: int
    broken_on: date


def foresee(new: NewPromise) -> Foreseen:
    """What `make_promise` would make of it as things stand; it refuses what that does."""
    document = owed_document(new.document_id)
    instalments = rules.agreed(
        new.instalments, unsettled_minor=document.open_minor, currency=document.currency, today=today_of_company()
    )
    grace = _grace_of(new)
    check_texts(new.note, param="/note")
    if Promise.objects.filter(document_id=document.pk, state__in=sorted(LIVING)).exists():
        raise PromiseStands(str(document))
    broken_on = rules.broken_on(instalments, document.open_minor, grace_days=grace)
    assert broken_on is not None  # something is open of it
    return Foreseen(document, instalments, grace, broken_on)


@atomic
def make_promise(*, new: NewPromise, actor: str) -> Promise:
    """A promise for what is unsettled of an invoice.

    Raises:
        NotFound; NothingToPromise; AccountTerminated; PromiseStands; PromiseInvalid, DayInvalid: its instalments;
        CardNumberRefused, TextInvalid: of the note.
    """
    demand("promises.make")
    locked(Account, transaction_by_id(new.document_id, Classification.INVOICE).account_id)
    made = foresee(new)  # under the lock: what is open stays so
    document = made.document
    row = Promise.objects.create(
        company_id=current_company_id(),
        account_id=document.account_id,
        document_id=document.pk,
        currency=document.currency,
        promised_minor=document.open_minor,
        grace_days=made.grace_days,
        waives_interest=new.waives_interest,
        note=new.note.strip(),
        made_on=(day := today_of_company()),
        made_at=clock.now(),
        made_by=actor,
        open_since=day,
    )
    Instalment.objects.bulk_create(
        Instalment(promise=row, agreed_on=one.agreed_on, minor=one.minor) for one in made.instalments
    )
    facts: dict[str, Any] = {
        **_facts(row),
        "agreed_on": str(made.instalments[0].agreed_on),
        "instalments": [{"agreed_on": str(one.agreed_on), "promised_minor": one.minor} for one in made.instalments],
        "grace_days": row.grace_days,
        "waives_interest": row.waives_interest,
    }
    if len(made.instalments) > 1:
        facts["last_on"] = str(made.instalments[-1].agreed_on)
    if row.note:
        facts["note"] = row.note
    record_events([NewEvent("promise.made", "transaction", row.document_id, facts)], actor=actor)
    return row


@atomic
def withdraw_promise(*, promise_id: int, note: str = "", actor: str) -> Promise:
    """Withdraw an open promise: what it held is due as the invoice says.

    Raises:
        NotFound; TransitionNotAllowed: it is open no more; CardNumberRefused, TextInvalid: of the note.
    """
    demand("promises.make")
    check_texts(note, param="/note")
    account_id = Promise.objects.filter(pk=promise_id).values_list("account_id", flat=True).first()
    if account_id is None:
        raise NotFound(Promise, promise_id)
    locked(Account, account_id)
    row: Promise = locked(Promise, promise_id)
    row.state = PROMISES.advance(PromiseState(row.state), "withdraw")
    row.ended_on, row.ended_at, row.ended_by = today_of_company(), clock.now(), actor
    row.end_reason, row.end_note = EndReason.BY_HAND, note.strip()
    row.save(update_fields=["state", "ended_on", "ended_at", "ended_by", "end_reason", "end_note"])
    facts = {**_facts(row), "end_reason": row.end_reason} | ({"note": row.end_note} if row.end_note else {})
    record_events([NewEvent("promise.withdrawn", "transaction", row.document_id, facts)], actor=actor)
    return row


class _Broken(NamedTuple):
    company_id: int
    promise_id: int
    account_id: int
    document_id: int
    currency: str
    missing_minor: int
    from_on: date


@atomic
def break_promises() -> int:
    """Break every open promise of the company whose instalment is unpaid for longer than its days of grace; how many.

    Whoever comes second finds them broken: the accounts are locked, as for a posting, and looked at again.
    """
    at = clock.now()
    facts = {"at": at, "company": current_company_id()}
    statement = BROKEN.format(of_company="AND p.company_id = %(company)s")
    accounts = sorted({found.account_id for found in typed_rows(_Broken, statement, facts)})
    if not accounts:
        return 0
    lock_accounts(accounts)
    found = {one.promise_id: one for one in typed_rows(_Broken, statement, facts) if one.account_id in accounts}
    rows = list(Promise.objects.filter(pk__in=found, state=PromiseState.OPEN).order_by("pk"))
    for row in rows:
        row.state = PROMISES.advance(PromiseState(row.state), "break")
        row.ended_on, row.ended_at, row.ended_by = found[row.pk].from_on, at, SYSTEM
    Promise.objects.bulk_update(rows, ["state", "ended_on", "ended_at", "ended_by"], batch_size=2_000)
    record_events(
        (
            NewEvent(
                "promise.broken",
                "transaction",
                row.document_id,
                {**_facts(row), "missing_minor": found[row.pk].missing_minor, "broken_on": str(row.ended_on)},
            )
            for row in rows
        ),
        actor=SYSTEM,
    )
    return len(rows)


def owed_document(document_id: int) -> Any:
    """The invoice that a customer owes, with ``open_minor``. NotFound; NothingToPromise; AccountTerminated."""
    document = transaction_by_id(document_id, Classification.INVOICE)
    if document.state != TransactionState.POSTED or document.mirrors_id is not None or document.account.system_role:
        raise NothingToPromise(
            say(
                "Invoice {number} is nothing that a customer owes: only posted invoices are promised to be paid.",
                number=document,
            )
        )
    if document.account.state == AccountState.TERMINATED:
        raise AccountTerminated(document.account.number, action=say("promise to pay invoice {number}", number=document))
    if not document.open_minor:
        raise NothingToPromise(
            say("Nothing of invoice {number} is unsettled: there is nothing to promise.", number=document)
        )
    return document


def _grace_of(new: NewPromise) -> int:
    if new.grace_days is None:
        return grace_days()
    if not 0 <= new.grace_days <= rules.MOST_GRACE_DAYS:
        raise PromiseInvalid(
            say("The days of grace are 0 to {most}. Correct them.", most=rules.MOST_GRACE_DAYS), param="/grace_days"
        )
    return new.grace_days


def _facts(row: Promise) -> dict[str, Any]:
    return {"promise_id": row.pk, "promised_minor": row.promised_minor, "currency": row.currency}
