"""The allocator's days and shares, case by case; its pairs are held against the reference beside it."""

from __future__ import annotations

from datetime import date

from subledger.transactions.rules.allocation import Book, NewAllocation, OpenItem
from subledger.transactions.states import LinkPrinciple, ReleaseReason


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


def pairs(book: Book) -> list[tuple[int, int, int]]:
    return [(link.credit_id, link.debit_id, link.minor) for link in book.made() if link.released_on is None]


def test_the_earliest_is_served_first_and_of_one_day_the_first_created():
    book = Book(
        credits=[item(1, 5, 2), item(2, 5, 1), item(3, 5, 1)],
        debits=[item(4, 5, 1, due=9), item(5, 5, 1, due=8), item(6, 5, 1, due=8)],
    )
    book.settle(on=day(3))
    assert pairs(book) == [(2, 5, 5), (3, 6, 5), (1, 4, 5)]


def test_what_is_settled_already_waits_in_no_queue():
    settled, credit = item(1, 0, 1, base=0), item(2, 5, 2)
    book = Book(credits=[credit], debits=[settled, item(3, 5, 3)])
    book.settle(on=day(3))
    assert pairs(book) == [(2, 3, 5)]


def test_a_share_is_of_the_whole_that_is_open():
    owed = item(1, 3, 1, base=7)
    assert owed.take(2) == 5  # 7 × 2 ÷ 3 = 4.67
    assert owed.open_base == 2


def test_a_credit_settles_what_it_is_meant_for_by_due_date_then_by_fifo():
    late, early, other = item(1, 4, 1, due=9), item(2, 4, 1, due=8), item(3, 4, 1, due=7)
    book = Book(debits=[other])
    book.post_credit(item(4, 10, 2), on=day(2), intended=[late, early])
    assert pairs(book) == [(4, 2, 4), (4, 1, 4), (4, 3, 2)]
    assert [link.principle for link in book.made()] == [
        LinkPrinciple.AGAINST_ITEM,
        LinkPrinciple.AGAINST_ITEM,
        LinkPrinciple.FIFO,
    ]


def test_a_credit_that_is_used_up_takes_up_no_further_invoice():
    wanted, spared = item(1, 4, 1, due=8), item(2, 4, 1, due=9)
    book = Book()
    book.post_credit(item(3, 4, 2), on=day(2), intended=[spared, wanted])
    assert pairs(book) == [(3, 1, 4)]
    assert book.item(2, is_debit=True) is None, "it was not looked at"


def stored(book_debit: OpenItem, credit: OpenItem, minor: int, principle: LinkPrinciple) -> NewAllocation:
    return NewAllocation(credit.id, book_debit.id, minor, principle, day(1), minor, minor, id=77)


def displaced_by(new: int, principle: LinkPrinciple) -> tuple[Book, OpenItem]:
    """Of an invoice over 10, a credit has 6 and 4 are open; then ``new`` is paid for it, while another is open."""
    invoice, before = item(1, 4, 1), item(2, 0, 1, base=0)
    book = Book(credits=[before], debits=[item(5, 6, 1, due=9)], links=[stored(invoice, before, 6, principle)])
    book.post_credit(item(3, new, 2), on=day(2), intended=[invoice])
    return book, before


def test_a_credit_that_wants_more_than_is_open_displaces_what_came_by_fifo():
    book, before = displaced_by(8, LinkPrinciple.FIFO)
    [released] = [link for link in book.made() if link.released_on]
    assert (released.id, released.released_on, released.release_reason) == (77, day(2), ReleaseReason.DISPLACED)
    assert pairs(book) == [(3, 1, 8), (2, 1, 2), (2, 5, 4)]  # the displaced one goes on, by FIFO
    assert (before.open_minor, before.available_on) == (0, day(2))


def test_what_is_left_of_the_new_credit_goes_on_before_the_displaced_do():
    book, before = displaced_by(12, LinkPrinciple.FIFO)
    assert pairs(book) == [(3, 1, 10), (3, 5, 2), (2, 5, 4)]
    assert before.open_minor == 2


def test_a_credit_that_wants_what_is_open_displaces_nothing():
    book, _ = displaced_by(4, LinkPrinciple.FIFO)
    assert pairs(book) == [(3, 1, 4)]
    assert all(link.released_on is None for link in book.made())


def test_what_was_meant_for_the_invoice_is_not_displaced():
    book, _ = displaced_by(8, LinkPrinciple.AGAINST_ITEM)
    assert pairs(book) == [(3, 1, 4), (3, 5, 4)]


def test_what_a_closing_frees_goes_on_to_what_is_open():
    invoice, credit, other = item(1, 10, 1), item(2, 10, 1), item(3, 10, 1, due=20)
    book = Book(credits=[credit], debits=[invoice, other])
    book.settle(on=day(1))
    book.close_debit(invoice, item(4, 10, 2), on=day(2), reason=ReleaseReason.INVOICE_CANCELLED)
    assert (2, 3, 10) in pairs(book)

    payment, waiting = item(2, 10, 1), item(3, 10, 1, due=20)
    book = Book(credits=[payment, item(5, 10, 2)], debits=[waiting])
    book.post_credit(item(6, 0, 2, base=0), on=day(2))
    book.close_credit(payment, item(7, 10, 3), on=day(3), reason=ReleaseReason.PAYMENT_CANCELLED)
    assert (5, 3, 10) in pairs(book)


def test_a_link_that_was_released_is_gone_from_both_sides():
    """A second closing of either side finds it no more, and gives nothing back twice."""
    invoice, credit = item(1, 10, 1), item(2, 10, 1)
    book = Book(credits=[credit], debits=[invoice])
    book.settle(on=day(1))
    book.close_debit(invoice, item(3, 10, 2), on=day(2), reason=ReleaseReason.INVOICE_CANCELLED)
    assert (invoice.open_minor, credit.open_minor) == (0, 10)
    book.close_credit(credit, item(4, 10, 3), on=day(3), reason=ReleaseReason.PAYMENT_CANCELLED)
    assert (invoice.open_minor, credit.open_minor) == (0, 0)
    assert pairs(book) == [(3, 1, 10), (2, 4, 10)]

    invoice, credit = item(1, 10, 1), item(2, 10, 1)
    book = Book(credits=[credit], debits=[invoice])
    book.settle(on=day(1))
    book.close_credit(credit, item(4, 10, 3), on=day(3), reason=ReleaseReason.PAYMENT_CANCELLED)
    book.close_debit(invoice, item(3, 10, 4), on=day(4), reason=ReleaseReason.INVOICE_CANCELLED)
    assert (invoice.open_minor, credit.open_minor) == (0, 0)
    assert pairs(book) == [(2, 4, 10), (3, 1, 10)]


def test_a_stored_link_that_is_released_is_told_once_and_read_once():
    invoice, credit = item(1, 0, 1, base=0), item(2, 0, 1, base=0)
    book = Book(credits=[credit], debits=[invoice], links=[stored(invoice, credit, 10, LinkPrinciple.FIFO)])
    book.close_credit(credit, item(3, 10, 2), on=day(2), reason=ReleaseReason.PAYMENT_CANCELLED)
    book.close_debit(invoice, item(4, 10, 3), on=day(3), reason=ReleaseReason.INVOICE_CANCELLED)
    assert [(link.id, link.released_on) for link in book.made()] == [(77, day(2)), (None, None), (None, None)]
    assert (invoice.open_minor, credit.open_minor) == (0, 0)
