"""Recording contacts, doing what was to be followed up on, and giving accounts to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.transaction import atomic

from subledger.accounts.locks import locked
from subledger.accounts.models import Account
from subledger.accounts.states import AccountType
from subledger.companies.queries import today_of_company
from subledger.kernel.days import check_day
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .errors import ContactInvalid, NoCustomersAccount, NothingToFollowUp
from .models import CollectionContact, Collector
from .queries import collector_of, members_to_choose
from .states import ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """What somebody said or heard. ``happened_on``: today where it is None."""

    account_id: int
    kind: str
    text: str
    with_whom: str = ""
    happened_on: date | None = None
    follow_up_on: date | None = None


@atomic
def record_contact(*, new: NewContact, actor: str) -> CollectionContact:
    """Keep a contact with the customer of an account.

    Raises:
        NotFound; NoCustomersAccount; ContactInvalid, DayInvalid: what it says; CardNumberRefused, TextInvalid.
    """
    demand("desk.contact")
    account = _customers(new.account_id)
    day = today_of_company()
    _check(new, today=day)
    row = CollectionContact.objects.create(
        company_id=current_company_id(),
        account=account,
        kind=new.kind,
        with_whom=new.with_whom.strip(),
        text=new.text.strip(),
        happened_on=new.happened_on or day,
        follow_up_on=new.follow_up_on,
        made_at=clock.now(),
        made_by=actor,
    )
    facts: dict[str, Any] = {"collection_contact_id": row.pk, "contact": row.kind, "text": row.text}
    if row.with_whom:
        facts["with_whom"] = row.with_whom
    if row.follow_up_on:
        facts["follow_up_on"] = str(row.follow_up_on)
    record_events([NewEvent("account.contacted", "account", account.pk, facts)], actor=actor)
    return row


@atomic
def follow_up_done(*, contact_id: int, note: str = "", actor: str) -> CollectionContact:
    """Take what was to be followed up on off the list. Done twice, the first word stands.

    Raises:
        NotFound; NothingToFollowUp: it has no such day; CardNumberRefused, TextInvalid: of the note.
    """
    demand("desk.contact")
    check_texts(note, param="/note")
    row: CollectionContact | None = (
        CollectionContact.objects.select_for_update(of=("self",)).filter(pk=contact_id).first()
    )
    if row is None:
        raise NotFound(CollectionContact, contact_id)
    if row.follow_up_on is None:
        raise NothingToFollowUp
    if row.done_at is not None:
        return row
    row.done_at, row.done_by, row.done_note = clock.now(), actor, note.strip()
    row.save(update_fields=["done_at", "done_by", "done_note"])
    facts: dict[str, Any] = {"collection_contact_id": row.pk, "text": row.text}
    if row.done_note:
        facts["note"] = row.done_note
    record_events([NewEvent("account.followed_up", "account", row.account_id, facts)], actor=actor)
    return row


@atomic
def assign_collector(*, account_id: int, collector: str, actor: str) -> str:
    """Give an account to one of the company's people, by the name under which they act; "" gives it to nobody.

    Raises:
        NotFound; NoCustomersAccount; ContactInvalid: nobody of the company acts under that name.
    """
    demand("desk.assign")
    account = _customers(account_id)
    if collector and collector not in members_to_choose():
        raise ContactInvalid(say("Nobody of this company is called so. Choose one of its people."), param="/collector")
    before = collector_of(account.pk)
    if before == collector:
        return collector
    Collector.objects.filter(account=account).delete()
    if collector:
        Collector.objects.create(company_id=current_company_id(), account=account, actor=collector, since=clock.now())
    facts = {"collector": [before or None, collector or None]}
    record_events([NewEvent("account.collector_changed", "account", account.pk, facts)], actor=actor)
    return collector


def _customers(account_id: int) -> Account:
    account: Account = locked(Account, account_id)
    if account.type == AccountType.SYSTEM:
        raise NoCustomersAccount(account.number)
    return account


def _check(new: NewContact, *, today: date) -> None:
    check_texts(new.text, param="/text")
    check_texts({"with_whom": new.with_whom})
    if new.kind not in set(ContactKind):
        raise ContactInvalid(
            say("{kind!r} is no kind of contact. Use one of: {known}.", kind=new.kind, known=", ".join(ContactKind)),
            param="/kind",
        )
    if not new.text.strip():
        raise ContactInvalid(say("Say what was said."), param="/text")
    if new.happened_on is not None:
        check_day(new.happened_on, what=say("day of the contact"), param="/happened_on")
        if new.happened_on > today:
            raise ContactInvalid(
                say("{day} has not come yet. Use today or an earlier day.", day=new.happened_on), param="/happened_on"
            )
    if new.follow_up_on is not None:
        check_day(new.follow_up_on, what=say("follow-up day"), param="/follow_up_on")
        if new.follow_up_on < today:
            raise ContactInvalid(
                say("Nobody can follow up on {day}: it is past. Choose today or a later day.", day=new.follow_up_on),
                param="/follow_up_on",
            )
