"""Messages of dunning: one to an account and day, of all its documents that reached a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id, account_called
from subledger.accounts.states import AccountState, Topic
from subledger.companies.models import Company
from subledger.documents.queries import sender
from subledger.documents.values import Bank
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
from subledger.transactions.states import TransactionState

from .letter_templates import CHARGES, DUE, FINAL, HOW_TO_PAY, MORE, NOTICE, PAY_ONLINE, REMINDER
from .models import DunningClaim, DunningRecord
from .queries import collected_of, open_amounts

MOST_LINES = 100  # that a message says; of more it says how many
MOST_LINKS = 10
MOST_NAMED = 3  # documents in a payment reference; of more it is the account
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
    fees and interest with it and is not claimed yet; ``bank`` where money may be sent, None where a letter has it in a
    box of its own. ``links``: those of the set that it is written in. ``row``: what messages of an account
    look for."""

    account: Account
    company: Company
    documents: Sequence[DunnedDocument]
    level: TranslatedName
    charges_minor: int = 0
    bank: Bank | None = None
    can_be_paid_online: bool = False
    links: PayLinks = field(default_factory=PayLinks)
    row: None = None

    @property
    def total_minor(self) -> int:
        return sum(one.open_minor for one in self.documents)

    @property
    def to_pay(self) -> list[DunnedDocument]:
        """What its customer is to send money for."""
        return [one for one in self.documents if not one.is_collected]

    @property
    def reference(self) -> str:
        """What a transfer is to name."""
        numbers = [one.number for one in self.to_pay]
        return ", ".join(numbers) if len(numbers) <= MOST_NAMED else self.account.number


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
    documents, level, charges = open_records_of(account)
    dunned = Dunned(
        account,
        company,
        documents,
        level,
        charges_minor=charges,
        bank=sender().bank,
        can_be_paid_online=_is_paid_online(account.currency),
    )
    return letter_to(dunned, recipients_at(account.customer, Topic.REMINDERS))


def open_records_of(account: Account) -> tuple[list[DunnedDocument], TranslatedName, int]:
    """The documents of an account that reached a level and are open, with the late charges that were claimed for them;
    the name of the highest; and what is drafted in late charges and not claimed yet."""
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
    lines += [line for claimed in claimed_of(list(still)).values() for line in claimed]
    highest = max(rows, key=lambda row: row.days, default=None)
    level = highest.level_names if highest else TranslatedName("")
    return sorted(lines, key=lambda one: (one.due_on, one.id)), level, drafted_of(list(still))


def _is_paid_online(currency: str) -> bool:
    caller = current_caller()
    return (caller is None or caller.may("gateways.charge")) and hosting_provider(currency) is not None


def claimed_of(document_ids: Sequence[int]) -> dict[int, list[DunnedDocument]]:
    """The late charges of documents that were posted and are open, by document."""
    rows = list(
        DunningClaim.objects.filter(document_id__in=document_ids, invoice__posted_on__isnull=False).select_related(
            "invoice"
        )
    )
    still = open_amounts([row.invoice_id for row in rows])
    taken = collected_of(still)
    found: dict[int, list[DunnedDocument]] = {}
    for row in rows:
        if row.invoice_id in still:
            line = DunnedDocument(
                row.invoice_id,
                str(row.invoice),
                row.invoice.due_on or row.invoice.issued_on,
                still[row.invoice_id],
                is_collected=row.invoice_id in taken,
            )
            found.setdefault(row.document_id, []).append(line)
    return found


def drafted_of(document_ids: Sequence[int]) -> int:
    """What the late charges of documents come to that are drafts: nobody claimed or waived them yet."""
    drafts = DunningClaim.objects.filter(
        document_id__in=document_ids, superseded_at=None, invoice__state=TransactionState.DRAFT
    )
    return int(drafts.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


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


def _with_charges(letter: Letter) -> str:
    dunned: Dunned = letter.record
    return money(dunned.total_minor + dunned.charges_minor, dunned.account.currency, letter.written_in)


def _to_pay(letter: Letter) -> str:
    dunned: Dunned = letter.record
    return money(sum(one.open_minor for one in dunned.to_pay), dunned.account.currency, letter.written_in)


def _about(letter: Letter) -> str:
    """The number of the document, and how many more there are; of none the account's."""
    numbers = [one.number for one in letter.record.documents] or [letter.name]
    more = MORE.get(letter.language, MORE[ENGLISH]).format(count=len(numbers) - 1)
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} {more}"


def _bank_details(letter: Letter) -> str:
    dunned: Dunned = letter.record
    if dunned.bank is None:
        return ""
    bank = dunned.bank
    iban = " ".join(bank.iban[at : at + 4] for at in range(0, len(bank.iban), 4))
    lines = (bank.holder or dunned.company.name, f"IBAN {iban}", f"BIC {bank.bic}" if bank.bic else "", bank.name)
    return "\n".join(line for line in lines if line)


def _how_to_pay(letter: Letter | None, language: str) -> str:
    if letter is not None and (letter.record.bank is None or not letter.record.to_pay):
        return ""
    return HOW_TO_PAY.get(language, HOW_TO_PAY[ENGLISH])


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
    Tag(
        "DUNNING_ABOUT",
        say("the number of the document, and how many more there are"),
        say("INV00000042 and 2 more"),
        _about,
    ),
    Tag("DUNNING_CHARGES", say("late fees and interest that were drafted with it"), "€5.00", _charges),
    Tag("DUNNING_WITH_CHARGES", say("what is open, and those with it"), "€127.00", _with_charges),
    Tag("DUNNING_TO_PAY", say("what is to be paid of it: nothing that is being collected"), "€122.00", _to_pay),
    Tag(
        "BANK_DETAILS",
        say("where money may be sent: holder, IBAN, BIC and bank, a line each"),
        "IBAN DE89 3704 0044 0532 0130 00",
        _bank_details,
    ),
    Tag(
        "PAYMENT_REFERENCE",
        say("what a transfer is to name: the documents, of many the account"),
        "INV00000042",
        lambda letter: letter.record.reference,
    ),
    Tag(
        "HOW_TO_PAY",
        say("a sentence: what to transfer, and where; nothing without an IBAN on the letterhead"),
        "",
        words=_how_to_pay,
    ),
    Tag(
        "LATE_CHARGES",
        say("a sentence: what is noted for the late payment and not due yet; nothing where nothing is"),
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
