"""What of the items of an invoice credit notes take back, to the last minor unit (docs/domain/items.md).

The tax of a part goes by what is credited so far: of an item of net 99.99 and tax 19.00, the first 50.00 take 9.50 and
the rest 9.50. Whoever takes all that is left of the net takes all that is left of the tax, so that any parts that
exhaust an item add up to it in net and in tax. What of a note names no item is for the invoices that the note is meant
for as a whole: it is spread over their items by what is left of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from subledger.kernel.money import Money
from subledger.kernel.rounding import half_up, share
from subledger.kernel.sentences import say
from subledger.transactions.errors import CreditedAbove, CreditedItemInvalid, ItemInvalid
from subledger.transactions.states import Classification, TransactionState

from .items import ItemRef, NewItem, PricedItem, TaxRounding, price_items, unit_of
from .shares import spread_over

PLACES, CENTS = Decimal("0.0001"), Decimal("0.01")
NET_ENDS = {
    TransactionState.CANCELLED: say("is cancelled"),
    TransactionState.WRITTEN_OFF: say("is written off"),
}


class Amounts(NamedTuple):
    """Net after discount, and tax."""

    net: int
    tax: int

    def plus(self, other: Amounts) -> Amounts:
        return Amounts(self.net + other.net, self.tax + other.tax)

    def less(self, other: Amounts) -> Amounts:
        return Amounts(self.net - other.net, self.tax - other.tax)

    def within(self) -> Amounts:
        """What of both is above zero once what is below is taken off it: of -10 and 19, 0 and 9."""
        return Amounts(max(self.net + min(self.tax, 0), 0), max(self.tax + min(self.net, 0), 0))


NOTHING = Amounts(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedItem:
    """An item that may be credited, with what posted credit notes have credited of it."""

    ref: ItemRef
    account_id: int
    classification: Classification
    state: TransactionState
    type_id: int
    number: str
    currency: str
    product_id: int | None
    description: str
    quantity: Decimal
    net_minor: int
    discount_minor: int
    tax_rate_id: int | None
    tax_percent: Decimal
    tax_minor: int
    service_start: date | None
    service_end: date | None
    credited: Amounts = NOTHING

    @property
    def whole(self) -> Amounts:
        return Amounts(self.net_minor - self.discount_minor, self.tax_minor)

    @property
    def left(self) -> Amounts:
        return self.whole.less(self.credited)

    @property
    def quantity_left(self) -> Decimal:
        """What of the quantity goes with what is left of the amount: of 5 for 20.00, with 8.00 left, 2."""
        whole, left = sum(self.whole), sum(self.left)
        return (self.quantity * left / whole).quantize(PLACES).normalize() if whole else Decimal(0)

    def part(self, quantity: Decimal) -> int:
        """What ``quantity`` of it comes to with tax; never more than is left."""
        whole, left = sum(self.whole), sum(self.left)
        if quantity >= self.quantity_left or not self.quantity:
            return left
        part = half_up(whole * quantity / self.quantity)
        return min(part, left) if whole > 0 else max(part, left)

    @property
    def countable(self) -> Decimal:
        """What of the quantity is left, where people would count it so; else 1."""
        left = self.quantity_left
        is_plain = self.quantity != 1 and left == left.quantize(CENTS)
        return left if is_plain or self.left == self.whole else Decimal(1)

    def quantity_of(self, minor: int) -> Decimal:
        """What of the quantity goes with ``minor``, where people would count it so; else 1."""
        whole = sum(self.whole)
        part = (self.quantity * minor / whole).quantize(CENTS) if whole and self.quantity != 1 else Decimal(0)
        return part if part > 0 and self.part(part) == minor else Decimal(1)

    @property
    def name(self) -> str:
        return say("item {position} of invoice {number}", position=self.ref.position, number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCredit:
    """An item of a draft that credits one of an invoice, as it was priced when the draft was saved."""

    at: int
    ref: ItemRef
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class NoteAsAWhole:
    """A credit note that is for an invoice as a whole, with all of its items or with those that name none; and what it
    credits so of the items of that, with tax.

    One of the set that is being decided has no number yet.
    """

    number: str
    credited_minor: int


class Crediting:
    """The items that a set may credit, and what its notes have taken of them so far."""

    def __init__(self, items: Mapping[ItemRef, CreditedItem]) -> None:
        self._items = items
        self._taken: dict[ItemRef, Amounts] = {}
        self._named: set[int] = set()  # invoices of which notes of the set name items
        self._as_a_whole: dict[int, list[NoteAsAWhole]] = {}  # notes of the set, by invoice

    def left(self, ref: ItemRef) -> Amounts:
        item = self._items[ref]
        return item.whole.less(item.credited).less(self._taken.get(ref, NOTHING))

    def take(self, ref: ItemRef, amounts: Amounts) -> None:
        self._taken[ref] = self._taken.get(ref, NOTHING).plus(amounts)

    def take_all(self, items: Iterable[NewItem], priced: Iterable[PricedItem]) -> None:
        """What the items of a note credit is credited."""
        for item, price in zip(items, priced, strict=True):
            if item.credits is not None:
                self.take(item.credits, amounts_of(price))
                self._named.add(item.credits.transaction_id)

    def take_drafts(self, credits: Iterable[DraftCredit]) -> None:
        for one in credits:
            self.take(one.ref, one.amounts)
            self._named.add(one.ref.transaction_id)

    def spread(self, note: Amounts, invoice_ids: Sequence[int], *, account_id: int) -> dict[ItemRef, Amounts]:
        """What of a note is for invoices as a whole takes of their items: net and tax each by what is left of them, by
        largest remainder. What exceeds that is of no item. Where one of the two is below zero it takes away from the
        other, so that no more is credited than they come to together."""
        places = {ident: at for at, ident in enumerate(invoice_ids)}
        items = [
            item
            for ref, item in self._items.items()
            if ref.transaction_id in places and item.account_id == account_id and item.state is TransactionState.POSTED
        ]
        refs = sorted((item.ref for item in items), key=lambda ref: (places[ref.transaction_id], ref.position))
        left = [self.left(ref) for ref in refs]
        nets, taxes = (spread_over(note.within()[at], [amounts[at] for amounts in left]) for at in (0, 1))
        shares = {
            ref: Amounts(net, tax) for ref, net, tax in zip(refs, nets, taxes, strict=True) if (net, tax) != NOTHING
        }
        for ref, amounts in shares.items():
            self.take(ref, amounts)
        for ident in invoice_ids:
            credited = sum(sum(amounts) for ref, amounts in shares.items() if ref.transaction_id == ident)
            self._as_a_whole.setdefault(ident, []).append(NoteAsAWhole(number="", credited_minor=credited))
        return shares

    def is_named(self, invoice_id: int) -> bool:
        """Whether a note of the set names an item of the invoice."""
        return invoice_id in self._named

    def as_a_whole(self, invoice_id: int) -> Sequence[NoteAsAWhole]:
        """The notes of the set that are for the invoice as a whole."""
        return self._as_a_whole.get(invoice_id, ())

    def copy(self) -> Crediting:
        again = Crediting(self._items)
        again._taken = dict(self._taken)
        return again

    def named(self, ref: ItemRef, *, at: int, account_id: int) -> CreditedItem:
        """The item that item ``at`` of a credit note credits.

        Raises:
            CreditedItemInvalid: it is no item of a posted invoice of the account.
        """
        item = self._items.get(ref)
        if item is None:
            raise CreditedItemInvalid(at, say("an item that there is none of"))
        if item.classification is not Classification.INVOICE:
            raise CreditedItemInvalid(
                at, say("an item of {number}, which is no invoice", number=item.number or say("a draft"))
            )
        if item.account_id != account_id:
            raise CreditedItemInvalid(at, say("{name}, which stands on another account", name=item.name))
        if item.state is not TransactionState.POSTED:
            raise CreditedItemInvalid(
                at, say("{name}, which {state}", name=item.name, state=NET_ENDS.get(item.state, say("is not posted")))
            )
        return item

    def completed(self, items: Sequence[NewItem], *, account_id: int) -> tuple[NewItem, ...]:
        """Items with what those that they credit give them: product, description, tax, days; all that is left of it
        where there is no price."""
        left = self.copy()
        return tuple(
            item if item.credits is None else _completed(item, left, at=at, account_id=account_id)
            for at, item in enumerate(items)
        )

    def priced(self, items: Sequence[NewItem], *, rounding: TaxRounding, currency: str) -> list[PricedItem]:
        """The amounts of completed items: those that credit an item of an invoice take their share of its tax.

        Raises:
            CreditedAbove: more than is left to credit. ItemInvalid: as `price_items`.
        """
        left = self.copy()
        found = price_items(items, rounding=rounding, currency=currency)
        for at, item in enumerate(items):
            if item.credits is not None:
                found[at] = left._shared(item, found[at], at=at)
                left.take(item.credits, amounts_of(found[at]))
        return found

    def check(self, ref: ItemRef, amounts: Amounts, *, at: int) -> None:
        """What a draft credits is still there to be credited; all that is left of the net with all of the tax."""
        item, left = self._items[ref], self.left(ref)
        sign = _sign(item)
        if amounts.net * sign > left.net * sign or amounts.tax * sign > left.tax * sign:
            raise _above(item, amounts, left, at)
        if amounts.net == left.net and amounts.tax != left.tax:
            raise CreditedAbove(
                say(
                    "Item {at} credits the rest of {name}, {net} before tax, with {tax} tax, and "
                    "{left} of its tax is left: other parts were credited since the draft was saved. Save "
                    "the draft again.",
                    at=at + 1,
                    name=item.name,
                    net=Money(left.net, item.currency),
                    tax=Money(amounts.tax, item.currency),
                    left=Money(left.tax, item.currency),
                ),
                at,
            )

    def _shared(self, item: NewItem, price: PricedItem, *, at: int) -> PricedItem:
        """``price`` with the tax that its part of the credited item has."""
        assert item.credits is not None
        of, left = self._items[item.credits], self.left(item.credits)
        sign, whole = _sign(of), of.whole
        before = whole.less(left)
        keeps_total = item.sub_total_minor is not None or item.tax_inclusive
        asked = price.sub_total_minor if keeps_total else price.net_minor - price.discount_minor
        most = left.net + left.tax if keeps_total else left.net
        if asked * sign < 0:
            raise ItemInvalid(
                say(
                    "Item {at} credits {money} of {name}, which is over {whole}: a part has its sign. "
                    "Correct the price.",
                    at=at + 1,
                    money=Money(asked, of.currency),
                    name=of.name,
                    whole=Money(whole.net + whole.tax, of.currency),
                ),
                at,
                "unit_amount",
            )
        if asked * sign > most * sign:
            raise _above(of, amounts_of(price), left, at)
        if asked == most:
            net, tax = left
        elif keeps_total:
            total = abs(whole.net + whole.tax)
            tax = share(abs(whole.tax), abs(before.net + before.tax + asked), total) - abs(before.tax)
            # Some of the net is left for what is left of the tax.
            least = max(0, abs(asked) - abs(left.net) + 1)
            tax = sign * min(max(tax, least), abs(left.tax), abs(asked))
            net = asked - tax
        else:
            tax = share(abs(whole.tax), abs(before.net + asked), abs(whole.net)) - abs(before.tax)
            net, tax = asked, sign * min(max(tax, 0), abs(left.tax))
        before_discount = net + price.discount_minor
        unit = unit_of(before_discount, price.quantity) if item.sub_total_minor is not None else price.unit_amount
        return price._replace(net_minor=before_discount, unit_amount=unit, tax_minor=tax, sub_total_minor=net + tax)


def amounts_of(price: PricedItem) -> Amounts:
    return Amounts(price.net_minor - price.discount_minor, price.tax_minor)


def credited_by_name(items: Iterable[NewItem], priced: Iterable[PricedItem]) -> Amounts:
    """What the items of a note that name an item of an invoice come to together."""
    named = (amounts_of(price) for item, price in zip(items, priced, strict=True) if item.credits is not None)
    return sum_of(named)


def credited_by_drafts(credits: Iterable[DraftCredit]) -> Amounts:
    """The same of a draft."""
    return sum_of(one.amounts for one in credits)


def sum_of(amounts: Iterable[Amounts]) -> Amounts:
    total = NOTHING
    for one in amounts:
        total = total.plus(one)
    return total


def _completed(item: NewItem, left: Crediting, *, at: int, account_id: int) -> NewItem:
    ref = item.credits
    assert ref is not None
    of = left.named(ref, at=at, account_id=account_id)
    if item.tax_percent not in (None, of.tax_percent):
        raise ItemInvalid(
            say(
                "Item {at} has a tax of {percent:f} %, and {name}, which it credits, has "
                "{charged:f} %: it is credited with the tax that was charged. Leave the tax rate out.",
                at=at + 1,
                percent=item.tax_percent.normalize(),
                name=of.name,
                charged=of.tax_percent.normalize(),
            ),
            at,
            "tax_rate",
        )
    item = replace(
        item,
        tax_percent=of.tax_percent,
        tax_rate_id=of.tax_rate_id,
        product_id=item.product_id if item.product_id is not None else of.product_id,
        description=item.description or of.description,
    )
    if item.service_start is None and item.service_end is None:
        item = replace(item, service_start=of.service_start, service_end=of.service_end)
    if item.unit_amount is None and item.sub_total_minor is None:
        rest = left.left(ref)
        if rest == NOTHING and of.whole != NOTHING:
            raise _above(of, of.whole, rest, at)
        is_whole = rest == of.whole
        item = replace(
            item,
            quantity=of.quantity if is_whole else Decimal(1),
            sub_total_minor=rest.net + rest.tax,
            discount_minor=(of.discount_minor or None) if is_whole else None,
            discount_percent=None,
        )
        left.take(ref, rest)
    return item


def _sign(item: CreditedItem) -> int:
    return -1 if item.whole.net + item.whole.tax < 0 else 1


def _above(item: CreditedItem, asked: Amounts, left: Amounts, at: int) -> CreditedAbove:
    net, tax, rest, rest_tax = (Money(minor, item.currency) for minor in (*asked, *left))
    of = {"at": at + 1, "net": net, "tax": tax, "name": item.name}
    if left == NOTHING:
        said = say(
            "Item {at} credits {net} and {tax} tax of {name}: all of it is credited already, nothing is left to "
            "credit. Leave it out.",
            **of,
        )
        return CreditedAbove(said, at)
    said = say(
        "Item {at} credits {net} and {tax} tax of {name}: {rest} and {rest_tax} tax of it are left to credit. "
        "Credit that or less.",
        rest=rest,
        rest_tax=rest_tax,
        **of,
    )
    return CreditedAbove(said, at)
