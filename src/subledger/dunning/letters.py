"""Messages of dunning: one to an account and day, of all its documents that reached a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id, account_called
from subledger.accounts.states import AccountState, Topic
from subledger.companies.models import Company
from subledger.gateways.services.links import hosting_provider
from subledger.gateways.services.public import LinkKind, PublicLink, links_for
from subledger.kernel.languages import ENGLISH, spoken
from subledger.kernel.names import TranslatedName
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, Recipient, Standard, Tag
from subledger.messages.queries import settings_of_company
from subledger.platform.callers import current_caller
from subledger.platform.scope import current_company_id
from subledger.transactions.letter_tags import OF_ACCOUNT
from subledger.transactions.letter_values import day, money

from .letter_templates import CHARGES, DUE, FINAL, MORE, NOTICE, PAY_ONLINE, REMINDER
from .models import DunningRecord
from .queries import collected_of, open_amounts

MOST_LINES = 100  # that a message says; of more it says how many
MOST_LINKS = 10
PAY_LINK = "PAY_LINK"


@dataclass(frozen=True, slots=True)
class DunnedDocument:
    """A line of a message: what is open of a document, or of a late charge that was claimed for it."""

    id: int
    number: str
    due_on: date
    open_minor: int
    kind: str = "invoice"
    is_collected: bool = False  # something under way pays it: nobody else is asked to


@dataclass(slots=True)
class PayLinks:
    """Links to pay what a set of messages tells of. They are made when the first message that is written asks for its
    own, for all that are expected together: a message has links of its own, which can be revoked by themselves."""

    expected: list[int] = field(default_factory=list)
    made: dict[int, list[PublicLink]] = field(default_factory=dict)

    def take(self, document_ids: Sequence[int], *, actor: str) -> list[PublicLink]:
        """As `links_for`."""
        if not all(self.made.get(ident) for ident in document_ids):
            wanted, self.expected = self.expected or list(document_ids), []
            for ident, link in zip(wanted, links_for(LinkKind.PAY, wanted, actor=actor), strict=True):
                self.made.setdefault(ident, []).append(link)
        return [self.made[ident].pop() for ident in document_ids]


@dataclass(frozen=True, slots=True)
class Dunned:
    """What a message tells of. ``level`` is the name of the highest level in it; ``charges_minor`` what was drafted in
    fees and interest with it. ``links``: those of the set that it is written in. ``row``: what messages of an account
    look for."""

    account: Account
    company: Company
    documents: Sequence[DunnedDocument]
    level: TranslatedName
    charges_minor: int = 0
    can_be_paid_online: bool = False
    links: PayLinks = field(default_factory=PayLinks)
    row: None = None

    @property
    def total_minor(self) -> int:
        return sum(one.open_minor for one in self.documents)


def letter_to(dunned: Dunned, recipients: Sequence[Recipient], *, site: str = "") -> Letter:
    account = dunned.account
    customer = account.customer
    return Letter(
        record=dunned,
        name=account.number,
        object_type="account",
        object_id=account.pk,
        address=first_of(recipients),
        addressee=customer.name if customer else account.name,
        language=customer.language if customer else "",
        recipients=tuple(recipients),
        concerns=(account.pk, *([customer.pk] if customer else []), *(one.id for one in dunned.documents)),
        site=site,
    )


def usual_language() -> str:
    """The language that customers are written to in who have none of ours."""
    return spoken(settings_of_company().language) or ENGLISH


def language_for(account: Account, usual: str) -> str:
    """The language that the customer of an account is written to in."""
    return (spoken(account.customer.language) if account.customer is not None else "") or usual


def letter_of_account(ident: int) -> Letter:
    """What an account's documents were last reminded of: what is open of those that are. NotFound."""
    account = account_by_id(ident)
    company = Company.objects.get(pk=current_company_id())
    documents, level = open_records_of(account)
    dunned = Dunned(account, company, documents, level, can_be_paid_online=_is_paid_online(account.currency))
    return letter_to(dunned, recipients_at(account.customer, Topic.REMINDERS))


def open_records_of(account: Account) -> tuple[list[DunnedDocument], TranslatedName]:
    """The documents of an account that reached a level and are open, and the name of the highest."""
    latest: dict[int, DunningRecord] = {}
    for row in DunningRecord.objects.filter(account=account).select_related("level").order_by("days"):
        latest[row.document_id] = row
    still = open_amounts(latest)
    rows = [row for row in latest.values() if row.document_id in still]
    taken = collected_of(still)
    lines = [
        DunnedDocument(
            row.document_id,
            row.document_number,
            row.due_on,
            still[row.document_id],
            is_collected=row.document_id in taken,
        )
        for row in rows
    ]
    highest = max(rows, key=lambda row: row.days, default=None)
    return sorted(lines, key=lambda one: (one.due_on, one.id)), highest.level_names if highest else TranslatedName("")


def _is_paid_online(currency: str) -> bool:
    caller = current_caller()
    return (caller is None or caller.may("gateways.charge")) and hosting_provider(currency) is not None


# ---- tags


def _documents(letter: Letter) -> str:
    dunned: Dunned = letter.record
    said = DUE.get(letter.language, DUE[ENGLISH])
    lines = [
        said.format(
            number=one.number,
            day=day(one.due_on, letter.written_in),
            amount=money(one.open_minor, dunned.account.currency, letter.written_in),
        )
        for one in dunned.documents[:MOST_LINES]
    ]
    rest = len(dunned.documents) - len(lines)
    if rest:
        lines.append(MORE.get(letter.language, MORE[ENGLISH]).format(count=rest))
    return "\n".join(lines)


def _total(letter: Letter) -> str:
    return money(letter.record.total_minor, letter.record.account.currency, letter.written_in)


def _charges(letter: Letter) -> str:
    return money(letter.record.charges_minor, letter.record.account.currency, letter.written_in)


def payable_of(dunned: Dunned) -> list[DunnedDocument]:
    """The documents that a message has links to pay for: none of a terminated account, and none that is collected."""
    if dunned.account.state == AccountState.TERMINATED:
        return []
    return [one for one in dunned.documents if one.kind == "invoice" and not one.is_collected][:MOST_LINKS]


def _pay_online(letter: Letter | None, language: str) -> str:
    if letter is not None and not (letter.site and letter.record.can_be_paid_online and payable_of(letter.record)):
        return ""
    return PAY_ONLINE.get(language, PAY_ONLINE[ENGLISH])


def _links(letter: Letter) -> str:
    """A link to pay each document; where there are several, behind its number."""
    documents = payable_of(letter.record)
    caller = current_caller()
    site = letter.url("/").rstrip("/")  # before a link is made that nobody could be sent
    actor = caller.actor if caller else "system"
    links = letter.record.links.take([one.id for one in documents], actor=actor)
    made = [(one, site + link.path) for one, link in zip(documents, links, strict=True)]
    return "\n".join(url if len(made) == 1 else f"{one.number}: {url}" for one, url in made)


def _late_charges(letter: Letter | None, language: str) -> str:
    if letter is not None and not letter.record.charges_minor:
        return ""
    return CHARGES.get(language, CHARGES[ENGLISH])


TAGS = (
    *OF_ACCOUNT,
    Tag(
        "DUNNING_LEVEL",
        say("the name of the level that was reached"),
        say("Second reminder"),
        lambda letter: letter.record.level.said_in(letter.language),
    ),
    Tag(
        "DUNNING_DOCUMENTS",
        say("the documents, a line each: number, due date and what is open"),
        say("INV00000042, due 31 May 2026: €122.00"),
        _documents,
    ),
    Tag("DUNNING_TOTAL", say("what is open of them together"), "€122.00", _total),
    Tag("DUNNING_CHARGES", say("late fees and interest that were drafted with it"), "€5.00", _charges),
    Tag(
        "LATE_CHARGES",
        say("a sentence: what is charged for the late payment; nothing where nothing is"),
        "",
        words=_late_charges,
    ),
    Tag(
        "PAY_ONLINE",
        say("a sentence with links to pay, where a payment gateway takes payments"),
        "",
        words=_pay_online,
    ),
    Tag(
        PAY_LINK,
        say("links to the pages on which the documents are paid"),
        "https://books.example.com/pay/…",
        _links,
        opens=True,
    ),
)


def _kind(name: str, title: str, standard: dict[str, Standard]) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        of="account",
        resource="accounts",
        tags=TAGS,
        standard=standard,
        read=letter_of_account,
        numbered=account_called,
        asks_to_pay=True,
    )


KINDS = (
    _kind("dunning_notice", say("Dunning: due soon"), NOTICE),
    _kind("dunning_reminder", say("Dunning: reminder"), REMINDER),
    _kind("dunning_final", say("Dunning: final reminder"), FINAL),
)
