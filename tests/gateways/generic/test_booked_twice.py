"""What one source books of a request under two references, or on two days, happened twice: the second is kept as work.
So is the second row of one statement, in whatever words.

Told again it is the same, and so is what another source tells first, by its own reference or by none."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, permutations, product

import pytest
from tests.endings import close_books, reopen_books
from tests.factories import NOW
from tests.gateways.generic.banks import batch, booked, camt_053, entry, pain_002, status
from tests.gateways.generic.office import said

from subledger.gateways.generic.states import BookingReference, is_another, least_bookings
from subledger.gateways.kept_facts import doubts_on
from subledger.gateways.models import UnbookedFact
from subledger.gateways.services import unbooked
from subledger.gateways.services.execution import give_back
from subledger.platform import clock
from subledger.transactions.going_out_errors import RefundNeedsCreditBalance

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
NOTICE = "BkToCstmrDbtCdtNtfctn"
LATER = NOW.replace(month=11, day=28)


def line(row, reference, *, on=21, back=False, amount="100.00", **fields):
    """An entry of a statement over one request."""
    way = "CRDT" if (row.type == "payment") != back else "DBIT"
    told = booked(row.number, amount=amount, direction=way, back="MD06" if back else "", reference=reference)
    return entry(told, direction=way, on=f"<Dt>2026-05-{on}</Dt>", reference=reference, **fields)


def kept():
    return [(fact.verb, fact.reference, fact.code) for fact in UnbookedFact.objects.order_by("pk")]


@pytest.fixture(params=["charge", "refund"])
def row(office, request):
    if request.param == "charge":
        return office.pay(100)
    office.ledger.payment(300)
    return office.refund(100)


@pytest.mark.few(2)
@pytest.mark.parametrize("other", [{"reference": "BBB"}, {"reference": "AAA", "on": 22}], ids=["reference", "day"])
@pytest.mark.parametrize("is_one", [True, False], ids=["one statement", "two"])
def test_a_second_booking_of_a_bank_is_kept_as_work(office, row, is_one, other):
    first, second = line(row, "AAA"), line(row, **other)
    reports = [office.take(camt_053(*part)) for part in ([[first, second]] if is_one else [[first], [second]])]
    assert [sum(getattr(one, name) for one in reports) for name in ("posted", "unchanged")] == [1, 0]
    [(verb, reference, code)] = kept()
    assert (verb, code) == ("post", "payment_request_settled")
    assert reference.removesuffix(f"/{row.number}") == other["reference"]
    for _ in range(2):
        assert office.take(camt_053(first)).unchanged == 1
        office.take(camt_053(second))
    assert len(kept()) == 1


def test_a_second_return_is_kept_as_work(office, row):
    office.take(camt_053(line(row, "AAA")))
    for reference, kinds in (("BACK-1", (1, 0)), ("BACK-1", (0, 1)), ("BACK-2", (0, 0))):
        report = office.take(camt_053(line(row, reference, back=True)))
        assert (report.rejected, report.unchanged) == kinds
    assert kept() == [("return", "BACK-2", "payment_request_settled")]
    again = office.take(camt_053(line(row, "AAA"), line(row, "BACK-1", back=True)))
    assert (again.unchanged, again.refused) == (2, [])


def test_what_went_out_twice_is_not_paid_out_once_more(office):
    office.ledger.payment(300)
    row = office.refund(100)
    office.take(camt_053(line(row, "AAA"), line(row, "BBB")))
    with pytest.raises(RefundNeedsCreditBalance, match=r"100\.00 EUR is left"):
        office.ledger.refund(200)


def test_a_table_with_another_reference_tells_of_another_booking(office, row):
    def table(reference):
        return office.take(f"request,result,reference\n{row.public_id},posted,{reference}\n")

    assert (table("R-1").posted, table("R-1").unchanged, table("R-2").unchanged) == (1, 1, 0)
    assert kept() == [("post", "R-2", "payment_request_settled")]


def test_a_call_with_another_reference_tells_of_another_booking(office, row):
    for reference in ("R-1", "R-1", "R-2", "R-2"):
        office.post(said(row, reference=reference))
    assert kept() == [("post", "R-2", "payment_request_settled")]
    for reference in ("B-1", "B-1", "B-2"):
        give_back(elements=[said(row, reference=reference)], actor="key:bank")
    assert kept()[1:] == [("return", "B-2", "payment_request_settled")]


def test_other_sources_tell_of_the_same_booking_by_their_own_names(office, row):
    office.post(said(row, reference="MINE"))
    for content in (
        pain_002(status(row.number, "ACSC")),
        camt_053(line(row, ""), message=NOTICE),
        camt_053(line(row, "AAA")),
        camt_053(line(row, "AAA"), message=NOTICE),
    ):
        report = office.take(content)
        assert (report.unchanged, report.refused) == (1, [])
    office.post(said(row, reference="MINE"))
    assert kept() == []


# -- one statement -------------------------------------------------------------------------------------------------

WORDS = [("AAA", "AAA"), ("", ""), ("", "BBB"), ("BBB", "")]


def two_entries(row, *references, **fields):
    return camt_053(*(line(row, reference, **fields) for reference in references))


def one_entry(row, *references):
    """Their references stand on the transactions, and the entry's own on all of them."""
    way = "CRDT" if row.type == "payment" else "DBIT"
    told = [booked(row.number, amount="100.00", direction=way, reference=reference) for reference in references]
    return camt_053(entry(*told, direction=way, reference=""))


def doubtful(office, way="out"):
    return sum(getattr(one, way) for one in doubts_on([office.ledger.account.pk]))


@pytest.mark.few(2)
@pytest.mark.parametrize("words", WORDS, ids="-".join)
@pytest.mark.parametrize("file", [two_entries, one_entry])
def test_every_row_of_a_statement_is_a_booking_by_itself(office, row, file, words):
    for read in range(3):
        report = office.take(file(row, *words))
        assert (report.posted, report.unchanged) == ((0, 1) if read else (1, 0))
        assert [one.code for one in report.refused] == ["payment_request_settled"]
    assert UnbookedFact.objects.get().resolved_at is None
    assert doubtful(office, "into" if row.type == "payment" else "out") == 100_00


def test_a_whole_file_that_is_booked_twice_is_work_for_each_of_its_requests(office):
    rows = [office.pay(100), office.pay(50, account=office.ledger.open("Bob"))]
    message = office.export("pain.008").message
    for _ in range(2):
        office.take(camt_053(*[entry(batch(message), amount="150.00")] * 2))
    assert [office.state(row) for row in rows] == ["posted"] * 2
    assert {fact.request_id for fact in UnbookedFact.objects.all()} == {row.pk for row in rows}
    assert UnbookedFact.objects.count() == 2


def test_which_of_them_the_books_have_is_told_by_its_words(office, row):
    office.take(camt_053(line(row, "AAA")))
    for words in (("", "AAA"), ("AAA", "")):
        report = office.take(two_entries(row, *words))
        assert (report.unchanged, len(report.refused)) == (1, 1)
    assert [fact.reference for fact in UnbookedFact.objects.all()] == [row.number]


def test_two_that_the_books_take_neither_of_are_two(office, row):
    [_] = office.reject(said(row))
    for _ in range(2):
        office.take(two_entries(row, "AAA", "AAA"))
    assert len(kept()) == 2
    assert doubtful(office, "into" if row.type == "payment" else "out") == 200_00
    first, second = UnbookedFact.objects.order_by("pk")
    unbooked.resolve(fact_id=first.pk, resolution="Ours was booked by hand.", actor="user:ana")
    office.take(two_entries(row, "AAA", "AAA"))
    assert doubtful(office, "into" if row.type == "payment" else "out") == 100_00
    assert len(kept()) == 2


def test_the_second_stays_work_when_the_books_take_the_first_later(office, row):
    told = two_entries(row, "AAA", "AAA")
    with clock.frozen(LATER):
        close_books(through=LATER.date(), actor="user:ana")
        for _ in range(2):
            office.take(told)
            assert [(fact.code, fact.place) for fact in UnbookedFact.objects.order_by("pk")] == [
                ("posting_refused", 1), ("payment_request_settled", 2),
            ]  # fmt: skip
        assert office.state(row) == "unknown"
        assert "was reported as executed already" in UnbookedFact.objects.get(place=2).reason
        reopen_books(reason="late", actor="user:ana")
        report = office.take(told)
    assert (report.posted, len(report.refused)) == (1, 1)
    assert [fact.resolved_by for fact in UnbookedFact.objects.order_by("pk")] == ["system", ""]


@pytest.mark.each_once
@pytest.mark.parametrize("amounts", [("99.65", "100.00"), ("100.00", "99.65"), ("99.65", "99.65", "100.00")], ids=len)
def test_a_row_over_another_amount_beside_is_another_booking(office, row, amounts):
    """Though it comes first, and shares its reference with the one that is booked."""
    way = "CRDT" if row.type == "payment" else "DBIT"
    told = [booked(row.number, amount=amount, direction=way, reference="AAA") for amount in amounts]
    for read in range(2):
        report = office.take(camt_053(*[entry(one, direction=way) for one in told]))
        assert (report.posted, report.unchanged, len(report.refused)) == (1 - read, read, len(amounts) - 1)
    assert UnbookedFact.objects.filter(resolved_at=None).count() == len(amounts) - 1
    assert doubtful(office, "into" if row.type == "payment" else "out") == 99_65 * (len(amounts) - 1)


def test_another_of_the_banks_files_tells_of_both_again(office, row):
    office.take(two_entries(row, "AAA", "AAA"))
    notice = camt_053(line(row, "", on=21), line(row, "", on=21), message=NOTICE)
    assert (office.take(notice).unchanged, office.take(notice).unchanged) == (1, 1)
    assert doubtful(office, "into" if row.type == "payment" else "out") == 100_00


def test_two_returns_of_one_statement_are_two(office, row):
    office.take(camt_053(line(row, "AAA")))
    for read in range(2):
        report = office.take(two_entries(row, "BACK", "BACK", back=True))
        assert (report.rejected, report.unchanged, len(report.refused)) == (1 - read, read, 1)
    assert kept() == [("return", "BACK", "payment_request_settled")]
    assert doubtful(office, "out" if row.type == "payment" else "into") == 100_00


@pytest.mark.few(2)
@pytest.mark.parametrize("seed", range(8))
def test_however_a_statement_tells_of_them_all_but_one_booking_are_work(office, seed):
    """Each of its bookings, with and without its reference, on one day or two; read again, alone and with more."""
    chance = random.Random(seed)
    row = office.pay(100)
    lines = [
        line(row, chance.choice(["", "AAA", "BBB"]), on=chance.choice([21, 22])) for _ in range(chance.randint(1, 4))
    ]
    if chance.random() < 0.5:
        office.post(said(row, reference="MINE"))
    for _ in range(chance.randint(1, 3)):
        report = office.take(camt_053(*lines))
        assert report.posted + report.unchanged == 1
        assert len(report.refused) == len(lines) - 1
    assert UnbookedFact.objects.filter(resolved_at=None).count() == len(lines) - 1
    assert doubtful(office, "into") == 100_00 * (len(lines) - 1)


def told(reference, day=None):
    return BookingReference(reference, day and date(2026, 5, day))


@pytest.mark.parametrize(
    ("before", "now", "other"),
    [
        ({}, told("A", 21), False),
        ({"camt.053": [told("A", 21)]}, told("A", 21), False),
        ({"camt.053": [told("A", 21)]}, told("B", 21), True),
        ({"camt.053": [told("A", 21)]}, told("A", 22), True),
        ({"camt.053": [told("A", 21)]}, told("", 21), False),
        ({"camt.053": [told("A", 21)]}, told("", 22), True),
        ({"camt.053": [told("", 21)]}, told("A", 21), False),
        ({"camt.053": [told("A")]}, told("A", 22), False),
        ({"camt.053": [told("A", 21), told("B", 22)]}, told("B", 22), False),
        ({"camt.053": [told("", 21), told("A", 21)]}, told("B", 21), True),
        ({"camt.053": [told("A"), told("A", 21)]}, told("A", 22), True),
        ({"camt.054": [told("A"), told("A", 21)]}, told("B", 22), True),
        ({"camt.054": [told("A", 21)]}, told("B", 21), False),
        ({"camt.054": [told("A", 21)]}, told("B", 22), True),
        ({"api": [told("A", 21)]}, told("B", 22), False),
        ({"api": [told("A", 21)], "camt.053": [told("B", 22)]}, told("A", 21), True),
    ],
)
def test_a_source_is_compared_with_what_it_told_before(before, now, other):
    assert is_another(now, source="camt.053", before=before) is other


# -- in files apart ------------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize("order", list(permutations(["", "AAA", "BBB"])), ids="-".join)
def test_a_row_without_its_reference_hides_no_other(office, row, order):
    for _ in range(2):
        reports = [office.take(camt_053(line(row, reference))) for reference in order]
    assert sum(one.unchanged for one in reports) == 2
    [(_, reference, code)] = kept()
    assert (reference in ("AAA", "BBB"), code) == (True, "payment_request_settled")
    assert doubtful(office, "into" if row.type == "payment" else "out") == 100_00


@pytest.mark.each_once
@pytest.mark.parametrize("order", list(permutations(["", "2026-05-21", "2026-05-22"])), ids="-".join)
def test_a_row_without_its_day_hides_no_other(office, row, order):
    for on in order:
        office.take(f"request,result,reference,booked_on\n{row.public_id},posted,AAA,{on}\n")
    [(_, reference, code)] = kept()
    assert (reference, code) == ("AAA", "payment_request_settled")
    assert doubtful(office, "into" if row.type == "payment" else "out") == 100_00


def test_what_went_out_twice_is_not_refunded_because_a_row_had_no_reference(office):
    office.ledger.payment(300)
    row = office.refund(100)
    for reference in ("", "AAA", "BBB"):
        office.take(camt_053(line(row, reference)))
    with pytest.raises(RefundNeedsCreditBalance, match=r"100\.00 EUR is left"):
        office.ledger.refund(200)


def arranged(rows: Sequence[tuple[str, str]]) -> Iterator[list[list[tuple[str, str]]]]:
    """Every order of rows, in one file and cut into two at each place."""
    for order in dict.fromkeys(permutations(rows)):
        for cut in range(len(order)):
            yield [list(part) for part in (order[:cut], order[cut:]) if part]


AMOUNTS = [
    [("", "60.00"), ("", "100.00")],
    [("AAA", "60.00"), ("AAA", "100.00")],
    [("", "60.00"), ("AAA", "100.00")],
    [("AAA", "60.00"), ("", "100.00")],
    [("", "60.00"), ("", "40.00")],
]


@pytest.mark.few(2)
@pytest.mark.parametrize("state", ["open", "rejected"])
@pytest.mark.parametrize("rows", AMOUNTS, ids=str)
def test_in_whatever_order_and_files_a_bank_tells_amounts_as_much_is_left_to_refund(office, rows, state):
    paid_out = sum(int(amount[:-3]) for _, amount in rows)
    for files in arranged(rows):
        account = office.ledger.open(str(files))
        office.ledger.payment(200, account=account)
        row = office.refund(100, account=account)
        if state == "rejected":
            [_] = office.reject(said(row))
        for part in files:
            office.take(camt_053(*[line(row, reference, amount=amount) for reference, amount in part]))
        with pytest.raises(RefundNeedsCreditBalance, match=row.number):
            office.ledger.refund(200 - paid_out + 1, account=account, confirm_above_credit=True)
        office.ledger.refund(200 - paid_out, account=account, confirm_above_credit=True)


@pytest.mark.few(2)
@pytest.mark.parametrize("seed", range(6))
def test_no_order_and_no_file_changes_what_is_in_doubt(office, seed):
    """But where a bank tells two bookings in the same words, and but by its files apart."""
    chance = random.Random(seed)
    amounts = [("100.00", "AAA", 21), ("100.00", "BBB", 21), ("100.00", "AAA", 22)]
    other = list(product(["60.00", "99.65", "140.00"], ["", "AAA", "BBB"], [21, 22]))
    rows = chance.sample(amounts, chance.randint(0, 2)) + chance.sample(other, chance.randint(1, 3))
    came_to = set()
    for turn in range(4):
        account = office.ledger.open(f"Ann {turn}")
        row = office.pay(100, account=account)
        chance.shuffle(rows)
        cuts = sorted(chance.sample(range(1, len(rows)), chance.randint(0, len(rows) - 1)))
        for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            lines = [line(row, reference, on=on, amount=amount) for amount, reference, on in rows[start:end]]
            office.take(camt_053(*lines))
        came_to.add(sum(one.into for one in doubts_on([account.pk])))
    told_minor = sum(int(amount.replace(".", "")) for amount, _, _ in rows)
    assert came_to == {max(told_minor - 100_00, 0)}


def fewest(words: Sequence[BookingReference]) -> int:
    """The least number of groups in which no two differ, tried one after the other."""

    def fit(rest: Sequence[BookingReference], groups: list[list[BookingReference]]) -> int:
        if not rest:
            return len(groups)
        first, *others = rest
        found = fit(others, [*groups, [first]])
        for at, group in enumerate(groups):
            if all(not a or not b or a == b for one in group for a, b in zip(one, first, strict=True)):
                found = min(found, fit(others, [*groups[:at], [*group, first], *groups[at + 1 :]]))
        return found

    return fit(words, [])


EVERY_WORD = [told(reference, day) for reference in ("", "A", "B") for day in (None, 21, 22)]


@pytest.mark.parametrize("size", range(1, 7))
def test_the_least_number_of_bookings_is_that_of_every_way_to_group_them(size):
    for words in combinations(EVERY_WORD, size):
        assert least_bookings(dict.fromkeys(words, 1)) == fewest(words)


@pytest.mark.parametrize("seed", range(40))
def test_files_apart_tell_of_no_more_bookings_than_they_must(seed):
    """Each row takes up one of what was told before, in whatever order they come and however often."""
    chance = random.Random(seed)
    words = chance.sample(EVERY_WORD, chance.randint(2, 7))
    for _ in range(20):
        own: list[BookingReference] = []
        others: list[tuple[BookingReference, int]] = []
        chance.shuffle(words)
        for one in [*words, *chance.sample(words, 2)]:
            if not is_another(one, source="camt.053", before={"camt.053": own}, others=others):
                own.append(one)
            elif (one, 1) not in others:
                others.append((one, 1))
        assert 1 + len(others) == fewest(words)


def test_equal_rows_of_one_statement_are_as_many_bookings():
    assert least_bookings({told("", 21): 2, told("A", 21): 1}) == 2
    assert least_bookings({told("A"): 2, told("", 21): 1, told("A", 22): 1}) == 2
    assert least_bookings(Counter({told("", None): 3, told("A", 21): 1})) == 3
