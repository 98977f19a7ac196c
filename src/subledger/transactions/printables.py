"""What transactions say on paper: rows in, frozen documents out. No query is made here; see `printouts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subledger.accounts.models import Account
from subledger.documents.queries import Sender
from subledger.documents.values import (
    Charge,
    Document,
    Entry,
    Hold,
    Line,
    Part,
    Party,
    Reference,
    Span,
    TaxCategory,
    TaxLine,
    Totals,
    category_of,
)
from subledger.kernel.languages import spoken
from subledger.kernel.money import Money

from .document_kinds import Kind
from .group_balances import Member
from .models import Transaction, TransactionItem
from .queries import Statement
from .ready_words import is_ready_type
from .states import TransactionState

__all__ = ["Facts", "document_of", "group_statement_document", "kind_of", "part_of", "statement_document"]


@dataclass(frozen=True, slots=True)
class Facts:
    """A transaction with what its document says beside it: ``about`` it is made for, ``settles`` it pays or repays,
    ``charge`` collects it, ``hold`` keeps it from being simply due."""

    row: Transaction
    items: Sequence[TransactionItem] = ()
    about: Sequence[Transaction] = ()
    settles: Sequence[tuple[Transaction, int]] = ()
    open_minor: int = 0
    credited_minor: int = 0  # by credit notes
    charge: Charge | None = None
    hold: Hold | None = None


def kind_of(classification: str) -> Kind:
    return Kind(classification)


def document_of(facts: Facts, sender: Sender, *, language: str) -> Document:
    """One transaction as its document; ``language`` is one of ours."""
    row = facts.row
    kind = kind_of(row.classification)
    lines = [_line(item, row.currency, language) for item in facts.items]
    is_posted = row.posted_on is not None
    is_cancelled = row.state == TransactionState.CANCELLED
    asks = kind is Kind.INVOICE and not is_cancelled and row.mirrors_id is None  # which nobody owes us
    method = row.payment_method or row.refund_method
    footer = sender.footer_in(language)
    return Document(
        kind=kind,
        number=row.number or "",
        currency=row.currency,
        language=language,
        locale=locale_for(row.account, language),
        issued_on=row.issued_on,
        posted_on=row.posted_on,
        due_on=row.due_on if asks else None,
        seller=sender.party,
        buyer=buyer_of(row.account),
        bank=sender.bank if row.mirrors_id is None else None,
        charge=facts.charge,
        hold=facts.hold,
        credited=Money(facts.credited_minor, row.currency) if asks and is_posted and facts.credited_minor else None,
        lines=lines,
        taxes=_taxes(lines, row.currency),
        totals=_totals(facts, is_posted=is_posted, asks=asks),
        payment_reference=row.number or "",
        buyer_reference=row.account.buyer_reference if lines else "",
        order_reference=row.order_reference or "",
        facts={
            # The day that the due date counts from, where that is not the day it bears.
            "counts_from": row.posted_on if asks and row.posted_on != row.issued_on else None,
            "received_on": row.received_on,
            "method": method.name_in(language) if method is not None else "",
        },
        references=_references(facts),
        reason=row.issue_reason or (row.credit_reason.name_in(language) if row.credit_reason else ""),
        notes=[footer] if footer and asks else [],
        is_draft=not is_posted,
        is_cancelled=is_cancelled,
    )


def statement_document(
    account: Account, statement: Statement, sender: Sender, *, span: Span, language: str, overdue: int
) -> Document:
    """An account's statement; it bears the last of its days."""
    currency = account.currency
    return Document(
        kind=Kind.STATEMENT,
        number="",
        currency=currency,
        language=language,
        locale=locale_for(account, language),
        issued_on=span.end,
        seller=sender.party,
        buyer=buyer_of(account),
        bank=sender.bank,
        totals=Totals(total=span.closing, payable=Money(overdue, currency)),
        span=span,
        entries=_entries(statement, currency, language),
    )


def group_statement_document(
    account: Account, parts: Sequence[Part], sender: Sender, *, span: Span, language: str
) -> Document:
    """The statement of an account and those below it: ``span`` has what those of its currency come to."""
    return Document(
        kind=Kind.GROUP_STATEMENT,
        number="",
        currency=account.currency,
        language=language,
        locale=locale_for(account, language),
        issued_on=span.end,
        seller=sender.party,
        buyer=buyer_of(account),
        bank=sender.bank,
        totals=Totals(total=span.closing, payable=span.overdue),
        span=span,
        parts=parts,
    )


def part_of(member: Member, statement: Statement, *, start: date, end: date, language: str) -> Part:
    """What one account of a group says in its statement."""
    opening, closing, overdue = (
        Money(minor, member.currency) for minor in (statement.opening, statement.closing, member.outstanding)
    )
    return Part(
        number=member.account,
        name=member.name,
        currency=member.currency,
        span=Span(start=start, end=end, opening=opening, closing=closing, overdue=overdue),
        entries=_entries(statement, member.currency, language),
    )


def _entries(statement: Statement, currency: str, language: str) -> list[Entry]:
    def side(minor: int) -> Money | None:
        return Money(minor, currency) if minor else None

    return [
        Entry(
            on=line.posted_on,
            kind=kind_of(line.classification),
            number=line.number,
            description="" if is_ready_type(line.called.name, line.classification) else line.called.said_in(language),
            debit=side(line.debit),
            credit=side(line.credit),
            balance=Money(line.balance, currency),
        )
        for line in statement.lines
    ]


def locale_for(account: Account, language: str) -> str:
    """The language of a document with the customer's country, where the customer reads that language."""
    own = account.customer.language if account.customer is not None else ""
    return own if spoken(own) == language else ""


def buyer_of(account: Account) -> Party:
    """The account's own billing address and tax number come before its customer's."""
    customer = account.customer
    if customer is None:
        return Party(name=account.name, reference=account.number)
    billing = [line.strip() for line in account.billing_address.splitlines() if line.strip()]
    has_own = bool(billing)
    return Party(
        name=customer.name,
        address=billing or [line for line in (customer.address_line1, customer.address_line2) if line],
        postal_code="" if has_own else customer.postal_code,
        city="" if has_own else customer.city,
        region="" if has_own else customer.region,
        country="" if has_own else customer.country,
        home=customer.country,
        electronic_address=account.electronic_address,
        vat_number=account.tax_number or customer.tax_number,
        email=customer.email,
        phone=customer.phone,
        reference=account.number,
    )


def _line(item: TransactionItem, currency: str, language: str) -> Line:
    product, rate = item.product, item.tax_rate
    name = product.name if product else ""
    return Line(
        position=item.position,
        description=item.said_in(language),
        code=product.code if product and product.code.casefold() != name.casefold() else "",
        quantity=item.quantity,
        unit_amount=item.unit_price,
        net=Money(item.net_minor, currency),
        discount=Money(item.discount_minor, currency),
        discount_percent=_agreed_percent(item),
        tax=Money(item.tax_minor, currency),
        tax_percent=item.tax_percent,
        tax_category=category_of(item.tax_percent, rate.category) if rate else category_of(item.tax_percent),
        exemption=rate.exemption if rate else "",
        total=Money(item.sub_total_minor, currency),
        service_start=item.service_start,
        service_end=item.service_end,
    )


def _agreed_percent(item: TransactionItem) -> Decimal:
    """The percentage of a discount where one was agreed; 0 where an amount was, whose percentage only came out."""
    if item.entered_discount_percent is not None or item.entered_discount_minor is not None:
        return item.discount_percent if item.entered_discount_percent else Decimal(0)
    is_round = item.discount_percent == item.discount_percent.quantize(Decimal("0.01"))  # nobody noted which it was
    return item.discount_percent if is_round else Decimal(0)


def _taxes(lines: Iterable[Line], currency: str) -> list[TaxLine]:
    """What is taxed at each rate and in each category, the highest first."""
    sums: dict[tuple[Decimal, TaxCategory], list[int]] = {}
    reasons: dict[tuple[Decimal, TaxCategory], list[str]] = {}
    for line in lines:
        key = line.tax_percent.normalize(), line.tax_category
        added = sums.setdefault(key, [0, 0])
        added[0] += line.net.minor - line.discount.minor
        added[1] += line.tax.minor
        if line.exemption:
            reasons.setdefault(key, []).append(line.exemption)
    return [
        TaxLine(
            percent=key[0],
            category=key[1],
            taxable=Money(taxable, currency),
            tax=Money(tax, currency),
            exemption=" ".join(dict.fromkeys(reasons.get(key, ()))),
        )
        for key, (taxable, tax) in sorted(sums.items(), reverse=True)
    ]


def _totals(facts: Facts, *, is_posted: bool, asks: bool) -> Totals:
    row, currency = facts.row, facts.row.currency

    def amount(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return Totals(
        total=Money(row.amount_minor, currency),
        net=amount(row.net_minor),
        discount=amount(row.discount_minor),
        tax=amount(row.tax_minor),
        payable=Money(facts.open_minor, currency) if asks and is_posted else None,
    )


def _references(facts: Facts) -> list[Reference]:
    currency = facts.row.currency
    about = [
        Reference(kind=kind_of(one.classification), number=one.number or "", on=one.issued_on) for one in facts.about
    ]
    settled = [
        Reference(
            kind=kind_of(one.classification), number=one.number or "", on=one.issued_on, amount=Money(minor, currency)
        )
        for one, minor in facts.settles
    ]
    return [*about, *settled]


def by_transaction(items: Iterable[TransactionItem]) -> Mapping[int, list[TransactionItem]]:
    found: dict[int, list[TransactionItem]] = {}
    for item in items:
        found.setdefault(item.transaction_id, []).append(item)
    return found
