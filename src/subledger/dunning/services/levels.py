"""Levels that documents have reached: recorded once each, told to their customers in one message an account, with the
fees and the interest that go with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.transaction import atomic

from subledger.accounts.contacts import recipients_of_each
from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState, Topic
from subledger.companies.models import Company
from subledger.documents.queries import sender
from subledger.documents.values import Bank
from subledger.dunning.letter_templates import FEE_ITEM
from subledger.dunning.letters import (
    PAY_LINK,
    Dunned,
    DunnedDocument,
    PayLinks,
    claimed_of,
    language_for,
    letter_to,
    payable_of,
    usual_language,
)
from subledger.dunning.models import DunningLevel, DunningRecord
from subledger.dunning.queries import ReachedDocument, reached_of
from subledger.dunning.states import After, ClaimKind, RecordOutcome
from subledger.gateways.services.links import hosting_provider
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import DomainError
from subledger.kernel.kept_sentences import kept
from subledger.kernel.sentences import say
from subledger.messages.kinds import Recipient, kind_named
from subledger.messages.models import Message
from subledger.messages.rules.templates import held_back_in
from subledger.messages.services.composition import compose
from subledger.messages.services.sets import Keyed, Templates, write_set
from subledger.messages.states import MessageState
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids

from .claims import NewClaim, draft_claims, draft_interest
from .endings import write_off_ends


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of documents: the records by document, the reason by document of those that were left alone, and the
    refusal by document of those whose write-off was refused."""

    records: Mapping[int, DunningRecord]
    left_alone: Mapping[int, str]
    refused: Mapping[int, DomainError]


@dataclass(slots=True)
class _Account:
    """The documents of one account that reached a level, and what is known to write to it."""

    account: Account
    documents: list[ReachedDocument]
    recipients: Sequence[Recipient] = ()
    charges_minor: int = 0
    claimed: list[DunnedDocument] = field(default_factory=list)
    message: Message | None = None
    why: str = ""  # it is to be printed
    remarks: Mapping[int, Sequence[str]] = field(default_factory=dict)  # what records say beside that, by document


@atomic
def record_levels(*, account_ids: Iterable[int], as_of: date, run_id: int | None = None, actor: str) -> Recorded:
    """Do what the documents of these accounts have reached by a day, each level of a document once."""
    wanted = sorted(set(account_ids))
    lock_accounts(wanted)
    found = reached_of(account_ids=wanted, as_of=as_of)
    left_alone = {one.document_id: one.reason for one in found if one.reason}
    taken = [one for one in found if not one.reason]
    levels = {level.pk: level for level in _levels({one.plan_id for one in taken})}
    refused, remarks = write_off_ends(taken, levels, actor=actor)
    taken = [one for one in taken if one.document_id not in refused]
    interest = _interest(taken, as_of=as_of, actor=actor)
    groups = _groups(taken)
    for group in groups:
        group.remarks = remarks
        fees = [_fee(one, levels[one.level_id], group.account) for one in group.documents]
        group.charges_minor = sum(minor for minor, _ in fees) + sum(
            interest.get(one.document_id, 0) for one in group.documents
        )
    _tell(groups, levels, actor=actor)
    records = _records(groups, levels, as_of=as_of, run_id=run_id)
    _draft_fees(groups, levels, records, actor=actor)
    _record_events(records, actor=actor)
    return Recorded(records, left_alone, refused)


def _levels(plan_ids: Iterable[int]) -> Sequence[DunningLevel]:
    rows = DunningLevel.objects.filter(plan__in=list(plan_ids), is_active=True)
    return list(rows.select_related("template", "plan").order_by("plan_id", "days"))


def _groups(taken: Sequence[ReachedDocument]) -> list[_Account]:
    """By account, in order, with whoever receives reminders there and the late charges that were claimed."""
    by_account: dict[int, list[ReachedDocument]] = {}
    for one in taken:
        by_account.setdefault(one.account_id, []).append(one)
    accounts = Account.objects.select_related("customer").in_bulk(list(by_account))
    customers = {one.customer.pk: one.customer for one in accounts.values() if one.customer is not None}
    recipients = recipients_of_each(customers.values(), Topic.REMINDERS)
    claimed = claimed_of([one.document_id for one in taken])
    return [
        _Account(
            account=accounts[ident],
            documents=documents,
            recipients=recipients.get(accounts[ident].customer_id or 0, ()),
            claimed=[line for one in documents for line in claimed.get(one.document_id, ()) if not line.is_collected],
        )
        for ident, documents in by_account.items()
    ]


# ---- fees and interest


def _interest(taken: Sequence[ReachedDocument], *, as_of: date, actor: str) -> Mapping[int, int]:
    """What was drafted in interest with the levels that were reached, by document."""
    late = [one.document_id for one in taken if one.due_on < as_of]
    return draft_interest(document_ids=late, up_to=as_of, actor=actor) if late else {}


def _fee(one: ReachedDocument, level: DunningLevel, account: Account) -> tuple[int, str]:
    """The fee of a level in minor units, 0 for none; and why there is none where the level has one."""
    if not level.fee_minor:
        return 0, ""
    if level.after == After.WRITE_OFF:
        return 0, say("No fee was drafted: the document is written off.")
    if level.currency != one.currency:
        return 0, say(
            "No fee was drafted: it is in {currency}, and the account in {other}.",
            currency=level.currency.upper(),
            other=one.currency.upper(),
        )
    if account.state == AccountState.TERMINATED:
        return 0, say("No fee was drafted: the account is terminated.")
    if account.state == AccountState.SUSPENDED:
        return 0, say("No fee was drafted, and none is later: the account is suspended.")
    return level.fee_minor, ""


def _draft_fees(
    groups: Sequence[_Account],
    levels: Mapping[int, DunningLevel],
    records: Mapping[int, DunningRecord],
    *,
    actor: str,
) -> None:
    new, usual = [], usual_language()
    for group in groups:
        language = language_for(group.account, usual)
        for one in group.documents:
            level = levels[one.level_id]
            minor, _ = _fee(one, level, group.account)
            if minor:
                words = FEE_ITEM[language].format(number=one.number, level=level.name_in(language))
                new.append(
                    NewClaim(
                        kind=ClaimKind.FEE,
                        document_kind=one.document_kind,
                        document_id=one.document_id,
                        document_number=one.number,
                        account_id=one.account_id,
                        currency=one.currency,
                        amount_minor=minor,
                        words=words,
                        record_id=records[one.document_id].pk,
                    )
                )
    draft_claims(new=new, actor=actor)


# ---- messages


def _tell(groups: Sequence[_Account], levels: Mapping[int, DunningLevel], *, actor: str) -> None:
    """One message an account, to everybody there who receives reminders; where it reaches nobody, why."""
    company = Company.objects.get(pk=current_company_id())
    site = settings.PUBLIC_URL or ""
    online = {group.account.currency: False for group in groups}
    if site:
        online = {currency: hosting_provider(currency) is not None for currency in online}
    templates, links, bank = Templates(), PayLinks(), sender().bank
    drafts: list[tuple[_Account, Keyed]] = []
    for group in groups:
        told = [one for one in group.documents if levels[one.level_id].message]
        if not told:
            continue
        dunned = dunned_of(group, told, levels, company, online[group.account.currency], links, bank)
        try:
            drafts += [(group, keyed) for keyed in _drafts(group, dunned, told, levels, templates, site)]
        except DomainError as refusal:
            group.why = str(refusal)
    made = write_set([keyed for _, keyed in drafts], actor=actor)
    for group, keyed in drafts:
        row = made[keyed.key]
        if row.state == MessageState.SUPPRESSED:
            group.why = group.why or row.why
        elif group.message is None:
            group.message = row
    for group in groups:
        if group.message is not None:
            group.why = ""


def dunned_of(
    group: _Account,
    told: Sequence[ReachedDocument],
    levels: Mapping[int, DunningLevel],
    company: Company,
    is_online: bool,
    links: PayLinks,
    bank: Bank | None = None,
) -> Dunned:
    lines = [DunnedDocument(one.document_id, one.number, one.due_on, one.open_minor, one.document_kind) for one in told]
    return Dunned(
        account=group.account,
        company=company,
        documents=sorted([*lines, *group.claimed], key=lambda line: (line.due_on, line.id)),
        level=_highest(told, levels).names,
        charges_minor=group.charges_minor,
        bank=bank,
        can_be_paid_online=is_online,
        links=links,
    )


def _highest(told: Sequence[ReachedDocument], levels: Mapping[int, DunningLevel]) -> DunningLevel:
    return max((levels[one.level_id] for one in told), key=lambda level: level.days)


def _drafts(
    group: _Account,
    dunned: Dunned,
    told: Sequence[ReachedDocument],
    levels: Mapping[int, DunningLevel],
    templates: Templates,
    site: str,
) -> list[Keyed]:
    """A draft to each who receives reminders. NoAddress as a refusal in words; AddressInvalid, NoTemplate."""
    level = _highest(told, levels)
    kind = kind_named(level.message or "")
    letter = letter_to(dunned, group.recipients, site=site)
    if not letter.address:
        group.why = say("Nobody there has an e-mail address that receives reminders.")
        return []
    # Each level of a document is told once, so the first of them names the message.
    first = min(told, key=lambda one: one.document_id)
    about = f"{first.document_id}.{first.level_id}"
    found: dict[str, Keyed] = {}
    for address in letter.goes_to:
        own = letter.to(address)
        template = level.template if level.template is not None else templates.of(kind, own)
        draft = compose(kind=kind, letter=own, template=template)
        found.setdefault(identity_of(address), Keyed(draft, about, level.number))
    for keyed in found.values():
        if PAY_LINK in held_back_in(keyed.draft.written.body):
            dunned.links.expected += [one.id for one in payable_of(dunned)]
    return list(found.values())


# ---- records


def _records(
    groups: Sequence[_Account], levels: Mapping[int, DunningLevel], *, as_of: date, run_id: int | None
) -> dict[int, DunningRecord]:
    """The record of each document's level, and of those that it overtook."""
    now, company_id = clock.now(), current_company_id()
    of_plan: dict[int, list[DunningLevel]] = {}
    for level in levels.values():
        of_plan.setdefault(level.plan_id, []).append(level)
    rows: list[DunningRecord] = []
    reached: dict[int, DunningRecord] = {}
    idents = [one.document_id for group in groups for one in group.documents]
    behind = set(DunningRecord.objects.filter(document_id__in=idents).values_list("document_id", "level_id"))
    for group in groups:
        for one in group.documents:
            top = levels[one.level_id]
            for level in of_plan[one.plan_id]:
                if not one.next_days <= level.days <= top.days or (one.document_id, level.pk) in behind:
                    continue
                row = DunningRecord(
                    company_id=company_id,
                    document_kind=one.document_kind,
                    document_id=one.document_id,
                    document_number=one.number,
                    account=group.account,
                    level=level,
                    level_name=level.name,
                    level_number=level.number,
                    days=level.days,
                    shift_days=one.shift,
                    due_on=one.due_on,
                    recorded_on=as_of,
                    open_minor=one.open_minor,
                    currency=one.currency,
                    outcome=RecordOutcome.OVERTAKEN,
                    run_id=run_id,
                    created_at=now,
                )
                if level is top:
                    said = (_fee(one, level, group.account)[1], *group.remarks.get(one.document_id, ()))
                    _say_what_became(row, group, level, said)
                    reached[one.document_id] = row
                rows.append(row)
    for row, ident in zip(rows, fresh_ids(len(rows)), strict=True):
        row.pk = ident
    DunningRecord.objects.bulk_create(rows)
    return reached


def _say_what_became(row: DunningRecord, group: _Account, level: DunningLevel, beside: Sequence[str]) -> None:
    """``beside``: why there is no fee, and what else people have to know."""
    row.after = level.after
    why = [*beside]
    if not level.message:
        row.outcome = RecordOutcome.SILENT
    elif group.message is not None:
        row.outcome, row.message = RecordOutcome.SENT, group.message
    else:
        row.outcome, why = RecordOutcome.TO_PRINT, [group.why, *beside]
    said = [one for one in why if one]
    row.why, row.sentences = "\n".join(said), kept(said)


def _record_events(records: Mapping[int, DunningRecord], *, actor: str) -> None:
    record_events(
        [
            NewEvent(
                f"{row.document_kind}.dunning_level",
                "transaction",
                row.document_id,
                _facts(row),
            )
            for row in records.values()
        ],
        actor=actor,
    )


def _facts(row: DunningRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "level": row.level_name,
        "days": row.days,
        "told": str(row.outcome),
        "open": row.open_minor,
        "currency": row.currency,
    }
    if row.after != After.GO_ON:
        facts["after"] = str(row.after)
    return facts
