"""Every invariant of `subledger check`, broken once behind the guards' backs and found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from tests.collecting.test_invariants import BREACHES as COLLECTING
from tests.dunning.test_invariants import BREACHES as DUNNING
from tests.endings import reopen_books
from tests.factories import Ledger, company_at_work
from tests.gateways.conftest import install_toy, make_desk
from tests.messages.test_invariants import BREACHES as MESSAGES
from tests.promises.test_invariants import BREACHES as PROMISES
from tests.retries.test_invariants import BREACHES as RETRIES
from tests.runs.test_invariants import BREACHES as RUNS
from tests.wallets.test_invariants import BREACHES as WALLETS
from tests.webhooks.test_invariants import BREACHES as WEBHOOKS

from subledger.gateways.port import DisputeSeen
from subledger.gateways.services.gateway_events import apply_facts
from subledger.journal.services import NewRate, close_period, enter_rates
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.invariants import NAMED
from subledger.reports.proof import invariants, prove
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.states import Classification

TXN, ITEM, ALLOCATION = "transactions_transaction", "transactions_transactionitem", "transactions_allocation"
OPEN, ENTRY, LINE = "transactions_openitem", "journal_journalentry", "journal_journalline"
INVOICE = f"(SELECT id FROM {TXN} WHERE company_id = %(company)s AND number = 'INV00000001')"
PAYMENT = f"(SELECT id FROM {TXN} WHERE company_id = %(company)s AND number = 'PAY00000001')"
OTHER = f"(SELECT id FROM {TXN} WHERE company_id = %(company)s AND number = 'INV00000002')"
WRITE_OFF = f"(SELECT id FROM {TXN} WHERE company_id = %(company)s AND number = 'WOF00000001')"
LIVE = f"(SELECT id FROM {ALLOCATION} WHERE credit_id = {PAYMENT} AND released_on IS NULL LIMIT 1)"
FX = f"(SELECT source_id FROM {ENTRY} WHERE company_id = %(company)s AND source = 'allocation' LIMIT 1)"

CREDITING = (
    f"credits_id IS NOT NULL AND transaction_id IN (SELECT id FROM {TXN} WHERE company_id = %(company)s "
    "AND classification = 'credit_note')"
)

REQUEST, CHARGE, CLAIM = "gateways_paymentrequest", "gateways_charge", "gateways_claim"
COLLECTED = f"(SELECT id FROM {REQUEST} WHERE company_id = %(company)s AND type = 'payment' AND state = 'posted')"
WAITING = f"(SELECT id FROM {REQUEST} WHERE company_id = %(company)s AND state = 'pending')"
PAID = f"(SELECT payment_id FROM {CHARGE} WHERE request_id = {COLLECTED})"

# (invariant, what breaks it, what the finding names)
BREACHES: list[tuple[str, str, str]] = [
    (
        "pending-waits-for-its-gateway",
        f"UPDATE {REQUEST} SET transaction_id = NULL WHERE id = {WAITING}",
        "it is pending, and no open payment request carries it out",
    ),
    (
        "pending-waits-for-its-gateway",
        f"UPDATE {TXN} SET state = 'draft' WHERE state = 'pending' AND company_id = %(company)s",
        "it is pending, and its transaction is draft",
    ),
    (
        "posted-requests-are-posted",
        f"UPDATE {TXN} SET amount_minor = amount_minor + 1 WHERE id = {PAID}",
        "its transaction is posted over 7501, it is over 7500",
    ),
    (
        "posted-requests-are-posted",
        f"UPDATE {REQUEST} SET in_books_minor = amount_minor WHERE type = 'refund' AND state = 'posted' "
        f"AND charge_id = (SELECT id FROM {CHARGE} WHERE request_id = {COLLECTED})",
        "were in the books by hand: nothing was given back so",
    ),
    (
        "disputes-are-posted",
        "UPDATE gateways_dispute SET in_books_minor = amount_minor WHERE reference = 'dp_1'",
        "it is won over 1000",
    ),
    (
        "claims-follow-requests",
        f"UPDATE {CLAIM} SET is_open = false WHERE request_id = {WAITING}",
        "it is pending, and its claim on transaction",
    ),
    (
        "charges-are-posted",
        f"UPDATE {CHARGE} SET captured_minor = captured_minor + 1 WHERE request_id = {COLLECTED}",
        "it is over 7501",
    ),
    (
        "charges-on-own-account",
        f"UPDATE {LINE} SET ledger_account_id = (SELECT id FROM journal_ledgeraccount "
        f"WHERE company_id = %(company)s AND code = '1020') WHERE entry_id = {PAID} AND debit_minor > 0",
        "is booked to 1020",
    ),
    (
        "charges-on-own-account",
        f"UPDATE {CHARGE} SET ledger_account_id = NULL WHERE request_id = {COLLECTED};"
        "UPDATE transactions_paymentmethod SET ledger_account_id = (SELECT id FROM journal_ledgeraccount "
        "WHERE company_id = %(company)s AND code = '1020') WHERE company_id = %(company)s AND code = 'online-card'",
        "not to the ledger account of provider Toy bank",
    ),
    (
        "refunds-within-captured",
        f"UPDATE {CHARGE} SET reserved_minor = 0 WHERE request_id = {COLLECTED}",
        "captured 7500, held 0, asked for 2500",
    ),
    (
        "charges-stand-for-what-is-held",
        f"UPDATE {TXN} SET state = 'cancelled' WHERE id = {PAID}",
        "of it, and its gateway 5000",
    ),
    (
        "charges-stand-for-what-is-held",
        f"UPDATE {TXN} SET account_id = (SELECT max(id) FROM accounts_account WHERE company_id = %(company)s "
        f"AND type = 'customer' AND id <> {TXN}.account_id) WHERE id = {PAID}",
        "stand on account",
    ),
    (
        "fees-of-charges",
        f"UPDATE {CHARGE} SET fee_minor = 9 WHERE request_id = {COLLECTED}",
        "it is over 7; the fee is 9",
    ),
    (
        "disputes-are-posted",
        "UPDATE gateways_dispute SET amount_minor = 999 WHERE reference = 'dp_1'",
        "it is won over 999; taken 1000, returned 1000",
    ),
    (
        "entries-balance",
        f"UPDATE {LINE} SET debit_minor = debit_minor + 1 WHERE entry_id = {INVOICE} AND debit_minor > 0",
        "debits less credits are 1 EUR",
    ),
    (
        "entries-balance",
        f"UPDATE {LINE} SET base_debit_minor = base_debit_minor + 1 WHERE entry_id = {INVOICE} AND debit_minor > 0",
        "in base currency 1",
    ),
    ("entries-balance", f"DELETE FROM {LINE} WHERE entry_id = {INVOICE}", "it has no lines"),
    ("lines-have-parents", f"DELETE FROM {ENTRY} WHERE id = {INVOICE}", "there is no such entry"),
    (
        "lines-have-parents",
        f"UPDATE {LINE} SET ledger_account_id = 1 WHERE entry_id = {INVOICE}",
        "it has no ledger account",
    ),
    (
        "posted-in-journal-once",
        f"DELETE FROM {ENTRY} WHERE id = {PAYMENT}",
        "PAY00000001: it is not in the journal",
    ),
    (
        "posted-in-journal-once",
        f"UPDATE {ENTRY} SET effective_on = effective_on + 1 WHERE id = {INVOICE}",
        "INV00000001: posted on 2026-05-04, but its entry is of 2026-05-05",
    ),
    ("posted-in-journal-once", f"DELETE FROM {TXN} WHERE id = {INVOICE}", "is of nothing that was posted"),
    (
        "entry-totals",
        f"UPDATE {LINE} SET debit_minor = debit_minor * 2, credit_minor = credit_minor * 2,"
        " base_debit_minor = base_debit_minor * 2, base_credit_minor = base_credit_minor * 2 "
        f"WHERE entry_id = {INVOICE}",
        "INV00000001: it is 11900 (base 11900), but its entry moves the control account by 23800",
    ),
    (
        "control-accounts",
        f"UPDATE {LINE} SET ledger_account_id = (SELECT id FROM journal_ledgeraccount "
        f"WHERE company_id = %(company)s AND code = '1010') WHERE entry_id = {INVOICE} "
        "AND debit_minor > 0",
        "customer accounts, EUR",
    ),
    (
        "trial-balance",
        f"UPDATE {LINE} SET credit_minor = credit_minor + 7 WHERE entry_id = {INVOICE} AND credit_minor > 0",
        "balance sheet and result, EUR: debits less credits are -14",
    ),
    (
        "trial-balance",
        f"UPDATE {LINE} SET ledger_account_id = (SELECT id FROM journal_ledgeraccount "
        f"WHERE company_id = %(company)s AND code = '9100') WHERE entry_id = {INVOICE} "
        "AND debit_minor > 0",
        "memorandum accounts, EUR",
    ),
    (
        "closed-periods",
        "UPDATE journal_periodclose SET closed_at = closed_at - interval '1 hour',"
        " reopened_at = reopened_at + interval '1 hour' WHERE company_id = %(company)s",
        "the books were closed through 2026-05-04",
    ),
    (
        "realised-differences",
        f"DELETE FROM {ENTRY} WHERE source = 'allocation' AND source_id = {FX}",
        "the journal says 0",
    ),
    (
        "realised-differences",
        f"UPDATE {ALLOCATION} SET credit_base_minor = credit_base_minor + 5 WHERE id = {LIVE}",
        "it realised 5 in base currency",
    ),
    (
        "transactions-fit",
        f"UPDATE {TXN} SET currency = 'usd' WHERE id = {INVOICE}",
        "INV00000001: it is in USD, its account in EUR",
    ),
    (
        "transactions-fit",
        f"UPDATE {TXN} SET account_id = 1 WHERE id = {INVOICE}",
        "its account does not exist",
    ),
    (
        "transactions-fit",
        f"UPDATE {TXN} SET type_id = (SELECT type_id FROM {TXN} WHERE id = {PAYMENT}) WHERE id = {INVOICE}",
        "it is of invoice, its type of payment",
    ),
    ("items-have-parents", f"DELETE FROM {TXN} WHERE id = {INVOICE}", "there is no such transaction"),
    (
        "document-totals",
        f"UPDATE {ITEM} SET tax_minor = tax_minor + 1, sub_total_minor = sub_total_minor + 1 "
        f"WHERE transaction_id = {INVOICE}",
        "INV00000001: it says 10000 / 0 / 1900 / 11900, its items come to 10000 / 0 / 1901 / 11901",
    ),
    (
        "document-totals",
        f"DELETE FROM {ITEM} WHERE transaction_id = {INVOICE}",
        "its items come to 0 / 0 / 0 / 0",
    ),
    (
        "credited-within",
        f"UPDATE {ITEM} SET net_minor = net_minor + 1, sub_total_minor = sub_total_minor + 1 WHERE {CREDITING}",
        "with 10002 and 1900 tax, of 10000 and 1900",
    ),
    (
        "credited-within",
        f"UPDATE {ITEM} SET net_minor = net_minor + 1, tax_minor = tax_minor - 1 "
        f"WHERE {CREDITING} AND net_minor < 5000",
        "with 10001 and 1899 tax, of 10000 and 1900",
    ),
    (
        "credited-within",
        f"UPDATE {ITEM} SET tax_minor = tax_minor - 1, sub_total_minor = sub_total_minor - 1 WHERE {CREDITING}",
        "with 10000 and 1898 tax, of 10000 and 1900",
    ),
    (
        "credited-within",
        f"UPDATE {ITEM} SET credits_position = 2 WHERE {CREDITING}",
        "CRN00000003: there is no such item",
    ),
    (
        "credited-within",
        f"UPDATE {ITEM} SET credits_id = {PAYMENT} WHERE {CREDITING}",
        "CRN00000003: there is no such item",
    ),
    (
        "credited-within",
        f"UPDATE {TXN} SET state = 'cancelled' WHERE id = (SELECT min(credits_id) FROM {ITEM} WHERE {CREDITING})",
        ": it is cancelled",
    ),
    (
        "credited-within",
        f"UPDATE {TXN} SET account_id = (SELECT account_id FROM {TXN} WHERE id = {INVOICE}) "
        f"WHERE number = (SELECT max(number) FROM {TXN} WHERE classification = 'credit_note')",
        "credited by CRN00000002, CRN00000003 on another account",
    ),
    (
        "numbers-without-gaps",
        f"UPDATE {TXN} SET number = 'INV00000099' WHERE id = {INVOICE}",
        "INV00000001: this number of the series invoice is missing",
    ),
    (
        "numbers-without-gaps",
        f"UPDATE {TXN} SET number = 'INV00000002' WHERE id = {INVOICE}",
        "INV00000002: number 2 of the series invoice was given 2 times",
    ),
    (
        "numbers-without-gaps",
        f"UPDATE {TXN} SET number = '2026/1' WHERE id = {INVOICE}",
        "2026/1: it is no number of the series invoice",
    ),
    (
        "numbers-without-gaps",
        "UPDATE platform_numberseries SET next_value = next_value - 1 "
        "WHERE company_id = %(company)s AND code = 'account'",
        "it is beyond the last number given of the series account",
    ),
    (
        "numbered-iff-posted",
        f"UPDATE {TXN} SET number = NULL WHERE id = {INVOICE}",
        "its state is posted; number none",
    ),
    (
        "numbered-iff-posted",
        f"UPDATE {TXN} SET state = 'draft' WHERE id = {OTHER}",
        "INV00000002: its state is draft",
    ),
    (
        "due-dates",
        f"UPDATE {TXN} SET due_on = posted_on - 1 WHERE id = {INVOICE}",
        "INV00000001: posted on 2026-05-04, due on 2026-05-03",
    ),
    (
        "due-dates",
        f"UPDATE {TXN} SET due_on = NULL WHERE id = {INVOICE}",
        "INV00000001: posted on 2026-05-04, due never",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {TXN} SET state = 'cancelled' WHERE id = {INVOICE}",
        "INV00000001: it is cancelled, but nothing cancels it",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {TXN} SET state = 'posted' WHERE company_id = %(company)s AND state = 'cancelled' "
        "AND classification = 'invoice'",
        "its state is posted, but ICN00000001 cancels it",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {TXN} SET amount_minor = amount_minor - 1 WHERE company_id = %(company)s AND number = 'ICN00000001'",
        "not the reverse of this one",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {TXN} SET cancels_id = 1 WHERE company_id = %(company)s AND number = 'ICN00000001'",
        "ICN00000001: it cancels nothing",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {TXN} SET cancels_id = (SELECT cancels_id FROM {TXN} WHERE company_id = %(company)s "
        "AND number = 'ICN00000001') WHERE company_id = %(company)s AND number = 'PCN00000001'",
        "2 cancellations cancel it",
    ),
    (
        "cancelled-by-one",
        f"UPDATE {ALLOCATION} SET released_on = NULL, released_at = NULL, release_reason = NULL "
        "WHERE company_id = %(company)s AND release_reason = 'payment_cancelled'",
        "live allocations",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET state = 'written_off' WHERE id = {INVOICE}",
        "INV00000001: it is written off, but by nothing",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET mirrors_id = NULL WHERE mirrors_id = {WRITE_OFF}",
        "WOF00000001 has no mirror invoice",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET state = 'posted' WHERE company_id = %(company)s AND state = 'written_off'",
        "its state is posted, but WOF00000001 wrote it off",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET amount_minor = amount_minor - 1 WHERE mirrors_id = {WRITE_OFF}",
        "do not fit it",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET writes_off_id = 1 WHERE id = {WRITE_OFF}",
        "WOF00000001: it writes nothing off",
    ),
    (
        "written-off-and-mirrored",
        f"UPDATE {TXN} SET mirrors_id = {WRITE_OFF} WHERE id = {INVOICE}",
        "WOF00000001: 2 invoices mirror it",
    ),
    (
        "moved-payments",
        f"UPDATE {TXN} SET amount_minor = amount_minor + 1 WHERE company_id = %(company)s "
        "AND moved_from_id IS NOT NULL",
        "it was moved from PAY00000003, cancelled, of 2500",
    ),
    (
        "moved-payments",
        f"UPDATE {TXN} SET moved_from_id = 1 WHERE company_id = %(company)s AND moved_from_id IS NOT NULL",
        "it was moved from a payment that does not exist",
    ),
    (
        "postings-told",
        f"DELETE FROM platform_event WHERE object_id = {INVOICE}",
        "INV00000001: 0 events tell that it was posted",
    ),
    (
        "allocation-sides",
        f"UPDATE {ALLOCATION} SET debit_id = credit_id WHERE id = {LIVE}",
        "is not from a credit to a debit",
    ),
    (
        "allocation-sides",
        f"UPDATE {TXN} SET account_id = (SELECT max(id) FROM accounts_account "
        f"WHERE company_id = %(company)s) WHERE id = {PAYMENT}",
        "from PAY00000001 to INV00000001, which are not on one account",
    ),
    ("allocation-sides", f"DELETE FROM {TXN} WHERE id = {PAYMENT}", "a side of it does not exist"),
    (
        "allocation-days",
        f"UPDATE {ALLOCATION} SET allocated_on = allocated_on - 30 WHERE id = {LIVE}",
        "its sides were posted on",
    ),
    (
        "allocated-within-amount",
        f"UPDATE {ALLOCATION} SET minor = minor + 100000 WHERE id = {LIVE}",
        "PAY00000001: 2026-05-05: 104000 of 4000 were allocated",
    ),
    (
        "open-items",
        f"UPDATE {OPEN} SET open_minor = open_minor + 1 WHERE transaction_id = {INVOICE}",
        "INV00000001: open are 7401 (base 7400), by its allocations 7400 (base 7400)",
    ),
    (
        "open-items",
        f"UPDATE {OPEN} SET order_on = order_on + 1 WHERE transaction_id = {INVOICE}",
        "INV00000001: its open item is of another account, side or day",
    ),
    ("open-items", f"DELETE FROM {TXN} WHERE id = {INVOICE}", "an open item of nothing that was posted"),
    (
        "daily-totals",
        "UPDATE journal_dailytotalpart SET debit_minor = debit_minor + 1, lines = lines + 1 WHERE id = (SELECT min(id) "
        "FROM journal_dailytotalpart WHERE company_id = %(company)s AND debit_minor > 0)",
        "its lines come to {2,23800,0,23800,0}, kept is {3,23801,0,23800,0}",
    ),
    (
        "daily-totals",
        f"DELETE FROM {LINE} WHERE entry_id = {INVOICE}",
        "1200 on 2026-05-04, EUR: its lines come to {1,11900,0,11900,0}, kept is {2,23800,0,23800,0}",
    ),
    (
        "kept-days",
        f"DELETE FROM platform_event WHERE object_id = {INVOICE} AND type = 'invoice.posted'",
        "posted on 2026-05-04 as invoice, late on 2026-06-02, EUR: its transactions come to 11900 (1), kept is 0 (0)",
    ),
    ("balances", f"DELETE FROM {OPEN} WHERE transaction_id = {INVOICE}", "its open items come to"),
    (
        "guards",
        f"ALTER TABLE {TXN} DISABLE TRIGGER transaction_stays",
        "transaction_stays on transactions_transaction: it is switched off",
    ),
    (
        "guards",
        "ALTER TABLE documents_copy DISABLE TRIGGER documents_copy_append_only",
        "documents_copy_append_only on documents_copy: it is switched off",
    ),
    (
        "guards",
        f"DROP TRIGGER journal_line_guard ON {LINE}",
        "journal_line_guard on journal_journalline: it is not there",
    ),
]
# Guards of the tables that refuse some of these even while triggers sleep.
CONSTRAINTS = f"""
    SELECT conrelid::regclass::text, conname FROM pg_constraint
     WHERE contype IN ('c', 'u') AND conrelid IN ('{TXN}'::regclass, '{ITEM}'::regclass, '{ALLOCATION}'::regclass,
           '{OPEN}'::regclass, '{ENTRY}'::regclass, '{LINE}'::regclass)
"""
INDEXES = ("transaction_number", "transaction_cancelled_once", "transaction_written_off_once")


@pytest.fixture
def books(full_books, db):
    """The books of this module, to be broken: what a test does to them is undone."""
    return full_books


@pytest.fixture(scope="module")
def full_books(module_db):
    """A company to which everything has happened: all classifications, a cancellation of each, two currencies."""
    with pytest.MonkeyPatch.context() as patches, company_at_work() as company:
        install_toy(patches)
        ledger = Ledger()
        invoice = ledger.invoice(100, tax=19, on="04/05", due="01/06")
        close_period(through=date(2026, 5, 4), actor="test")
        ledger.payment(40, on="05/05", to=[invoice])
        mistaken = ledger.invoice(50, on="06/05")
        ledger.cancel(ledger.payment(10, on="07/05", to=[mistaken]))
        ledger.cancel(mistaken)
        ledger.credit_note(5, to=[invoice])
        lost = ledger.invoice(60, on="08/05")
        ledger.write_off(lost)
        reopen_books(reason="test", actor="test")
        other = ledger.open("Bob")
        ledger.move(ledger.payment(25, account=ledger.open("Cecil")), other)
        ledger.refund(5, account=other)
        enter_rates(
            rates=[
                NewRate("usd", date(2026, 1, 1), Decimal("0.90")),
                NewRate("usd", date(2026, 5, 10), Decimal("0.95")),
            ],
            actor="test",
        )
        dollars = ledger.open("Dora", currency="usd")
        sold = ledger.invoice(100, account=dollars, on="01/05")
        credited = ledger.open("Carl")
        split = ledger.invoice(
            account=credited,
            on="04/05",
            items=(NewItem(unit_amount=Decimal(100_00), tax_percent=Decimal(19), description="Basic"),),
        )
        for part in (Decimal(60_00), None):
            item = NewItem(unit_amount=part, credits=ItemRef(split.id, 1))
            ledger.credit_note(account=credited, on="05/05", items=(item,))
        received = ledger.payment(100, account=dollars, on="12/05", to=[sold])
        late = ledger.payment(30, account=dollars, on="13/05")
        ledger.cancel(late)
        collect_through_a_gateway(ledger.open("Edda"))
        assert received
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
        yield company


def collect_through_a_gateway(account) -> None:
    """A payment with a part paid back, one that is disputed, one that waits."""
    desk = make_desk(Ledger())
    desk.register(account, f"card-of-{account.pk}")
    paid = desk.pay(7500)
    desk.work(desk.refund(2500, paid.transaction_id).request_id)
    dispute = DisputeSeen("dp_1", paid.reference, Money(1000, "eur"), "won", "fraudulent")
    apply_facts(provider=desk.provider, facts=[dispute], observed_at=clock.now())
    desk.ask(800, account_id=account.pk)


def broken() -> dict[str, Sequence[str]]:
    return {finding.invariant.name: finding.rows for finding in prove() if finding.broken}


def force(company, *statements: str) -> None:
    """Write past every guard: triggers asleep, constraints gone. All of it is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(CONSTRAINTS)
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        for name in INDEXES:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        cursor.execute("ALTER TABLE transactions_transaction ALTER base_minor DROP NOT NULL")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, {"company": company.pk})
            assert cursor.rowcount, f"changed nothing: {statement}"
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_sound_books_break_nothing(books):
    found = list(prove())
    assert [finding.invariant.name for finding in found if finding.broken] == []
    assert {finding.invariant.name for finding in found if not finding.looked_at} == {
        *COLLECTING,
        *DUNNING,
        *MESSAGES,
        *PROMISES,
        *RETRIES,
        *RUNS,
        *WALLETS,
        *WEBHOOKS,
    }  # looked at there


@pytest.mark.few(40)
@pytest.mark.parametrize(("name", "statement", "says"), BREACHES, ids=[f"{b[0]}-{i}" for i, b in enumerate(BREACHES)])
def test_a_breach_is_found_and_named(books, name, statement, says):
    force(books, statement)
    found = broken()
    assert name in found, f"only {sorted(found)}"
    assert any(says in row for row in found[name]), found[name]


def test_every_invariant_is_broken_by_some_test():
    assert {invariant.name for invariant in invariants()} == {name for name, *_ in BREACHES} | {
        *COLLECTING,
        *DUNNING,
        *MESSAGES,
        *PROMISES,
        *RETRIES,
        *RUNS,
        *WALLETS,
        *WEBHOOKS,
    }


def test_all_breaches_are_counted_and_the_first_are_named(books):
    with company_at_work() as company:
        ledger = Ledger()
        ledger.post(*[ledger.new(Classification.PAYMENT, 1) for _ in range(NAMED + 5)])
        force(company, f"UPDATE {OPEN} SET open_minor = open_minor + 1 WHERE company_id = %(company)s")
        [finding] = [each for each in prove() if each.invariant.name == "open-items"]
    assert (finding.broken, len(finding.rows)) == (NAMED + 5, NAMED)


def test_one_company_does_not_answer_for_another(books):
    force(books, f"UPDATE {OPEN} SET open_minor = open_minor + 1 WHERE transaction_id = {INVOICE}")
    with company_at_work():
        Ledger().invoice(10)
        assert broken() == {}


def test_what_was_entered_between_closings_is_no_breach(books):
    with clock.frozen(datetime(2026, 5, 21, tzinfo=UTC)):
        close_period(through=date(2026, 5, 4), actor="test")
    assert broken() == {}
