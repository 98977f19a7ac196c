"""The allocator's days and shares, case by case; its pairs are held against the reference beside it."""

from __future__ import annotations

from datetime import date

from subledger.transactions.rules.allocation import Book, OpenItem
from subledger.transactions.states import ReleaseReason


def day(number: int) -> date:
    return date(2026, 5, number)


def item(ident: int, minor: int, on: int, *, base: int | None = None, due: int | None = None) -> OpenItem:
    return OpenItem(ident, day(due or on), minor, minor if base is None else base, day(on))


def test_what_a_release_freed_within_the_set_is_allocated_no_earlier_than_that_day():
    credit, first = item(1, 10, 1), item(2, 10, 1)
    book = Book(credits=[credit], debits=[first])
    book.settle(on=day(1))
    book.close_debit(first, item(3, 10, 5), on=day(5), reason=ReleaseReason.INVOICE_CANCELLED)
    book.post_debit(item(4, 10, 2), on=day(2))  # backdated: its day is before the credit was free again
    [link] = [link for link in book.made() if link.debit_id == 4]
    assert (link.credit_id, link.allocated_on) == (1, day(5))


def test_a_link_is_released_no_earlier_than_it_was_made():
    credit, first = item(1, 10, 4), item(2, 10, 1)
    book = Book(credits=[credit], debits=[first])
    book.settle(on=day(4))
    book.close_credit(credit, item(3, 10, 2), on=day(2), reason=ReleaseReason.PAYMENT_CANCELLED)
    [link] = [link for link in book.links if link.debit_id == 2]
    assert (link.allocated_on, link.released_on) == (day(4), day(4))


def test_what_was_made_and_released_on_one_day_is_not_kept_and_on_two_days_is():
    for released, kept in ((1, 0), (3, 1)):
        credit, first = item(1, 10, 1), item(2, 10, 1)
        book = Book(credits=[credit], debits=[first])
        book.settle(on=day(1))
        book.close_debit(first, item(3, 10, released), on=day(released), reason=ReleaseReason.INVOICE_CANCELLED)
        assert len([link for link in book.made() if link.credit_id == 1 and link.debit_id == 2]) == kept


def test_a_share_in_base_currency_rounds_half_up_and_the_last_one_takes_the_rest():
    owed = item(1, 2, 1, base=5)
    assert owed.take(1) == 3  # 2.5
    assert owed.take(1) == 2
    assert (owed.open_minor, owed.open_base) == (0, 0)


def test_a_release_gives_back_the_share_that_was_taken():
    credit, debit = item(1, 2, 1, base=5), item(2, 1, 1, base=3)
    book = Book(credits=[credit], debits=[debit])
    book.settle(on=day(1))
    assert (credit.open_minor, credit.open_base) == (1, 2)
    book.close_debit(debit, item(3, 1, 2, base=3), on=day(2), reason=ReleaseReason.INVOICE_CANCELLED)
    assert (credit.open_minor, credit.open_base) == (2, 5)


def test_a_share_of_the_base_amount_goes_with_each_part_halves_up():
    book = Book(credits=[item(1, 3, 1, base=10)], debits=[item(2, 1, 1, base=1), item(3, 2, 1, base=2)])
    book.settle(on=day(1))
    assert [(link.debit_id, link.credit_base, link.debit_base, link.difference) for link in book.made()] == [
        (2, 3, 1, 2),
        (3, 7, 2, 5),
    ]


def test_an_item_is_told_as_it_stands_by_its_side():
    book = Book(credits=[item(1, 10, 1)], debits=[item(2, 4, 1)])
    book.settle(on=day(1))
    credit, debit = book.item(1, is_debit=False), book.item(2, is_debit=True)
    assert (credit.open_minor, debit.open_minor) == (6, 0)  # type: ignore[union-attr]
    assert (book.item(1, is_debit=True), book.item(2, is_debit=False)) == (None, None)
