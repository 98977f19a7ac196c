"""What must never be false, tried through side doors: ORM, bulk calls and raw SQL. The database refuses each."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from tests.factories import Ledger, make_company, refused_by

from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.transactions.models import Allocation, OpenItem, Transaction, TransactionItem
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification

COPY = """
    INSERT INTO transactions_transaction
    SELECT (jsonb_populate_record(t, jsonb_build_object('id', next_id(), 'number', 'X' || next_id(), {changes}))).*
      FROM transactions_transaction t WHERE t.id = {source}
"""
LINK = """
    INSERT INTO transactions_allocation (id, company_id, account_id, credit_id, debit_id, minor, credit_base_minor,
        debit_base_minor, principle, allocated_on, created_at)
    VALUES (next_id(), {company}, {account}, {credit}, {debit}, {minor}, {minor}, {minor}, 'fifo', '2026-05-20', now())
"""


@pytest.fixture
def books(ledger: Ledger, company) -> SimpleNamespace:
    """Ids of a few of everything, on two accounts and in two companies. Amounts in minor units."""
    invoice = ledger.invoice(100, tax=19, due="01/06")
    payment = ledger.payment(50)  # goes to the invoice: 69.00 of it stay open
    other_account = ledger.open("Bob")
    other_payment = ledger.payment(40, account=other_account)
    credit_note = ledger.credit_note(10, account=other_account)
    draft = save_drafts(new=[ledger.new(Classification.INVOICE, 10)], actor="test")[0]
    foreign = make_company()
    with company_scope(foreign.pk):
        elsewhere = Ledger()
        foreign_payment = elsewhere.payment(30)
        foreign_type = Transaction.objects.get(pk=foreign_payment.id).type_id
    return SimpleNamespace(
        company=company.pk,
        account=ledger.account.pk,
        other_account=other_account.pk,
        invoice=invoice.id,
        payment=payment.id,
        other_payment=other_payment.id,
        credit_note=credit_note.id,
        draft=draft.pk,
        link=Allocation.objects.get(credit_id=payment.id).pk,
        foreign_account=elsewhere.account.pk,
        foreign_payment=foreign_payment.id,
        foreign_type=foreign_type,
        foreign_company=foreign.pk,
        usd=ledger.open("Cy", currency="usd").pk,
    )


def _copy(changes: str, source: str = "{payment}") -> str:
    return COPY.replace("{changes}", changes).replace("{source}", source)


def _link(credit: str, debit: str, minor: int, *, company: str = "company", account: str = "account") -> str:
    names = {"{credit}": credit, "{debit}": debit, "{company}": company, "{account}": account}
    text = LINK.replace("{minor}", str(minor))
    for name, value in names.items():
        text = text.replace(name, f"\0{value}\1")
    return text.replace("\0", "{").replace("\1", "}")


TX, IT, AL, OP = (f"transactions_{name}" for name in ("transaction", "transactionitem", "allocation", "openitem"))

SIDE_DOORS = [
    # posted transactions and their items keep what they say
    (
        "edit the amount of a posted one",
        "transaction_stays",
        f"UPDATE {TX} SET amount_minor = 1 WHERE id = {{invoice}}",
    ),
    ("edit its due date", "transaction_stays", f"UPDATE {TX} SET due_on = '2027-01-01' WHERE id = {{invoice}}"),
    (
        "move it to another account",
        "transaction_stays",
        f"UPDATE {TX} SET account_id = {{other_account}} WHERE id = {{payment}}",
    ),
    ("give it another number", "transaction_stays", f"UPDATE {TX} SET number = 'X' WHERE id = {{payment}}"),
    (
        "make a posted one a draft again",
        "transaction_stays",
        f"UPDATE {TX} SET state = 'draft', number = NULL, posted_on = NULL, posted_at = NULL, base_minor = "
        f"NULL WHERE id = {{payment}}",
    ),
    ("cancel a credit note", "transaction_stays", f"UPDATE {TX} SET state = 'cancelled' WHERE id = {{credit_note}}"),
    ("write off a payment", "transaction_stays", f"UPDATE {TX} SET state = 'written_off' WHERE id = {{payment}}"),
    ("cancel a draft", "transaction_stays", f"UPDATE {TX} SET state = 'cancelled' WHERE id = {{draft}}"),
    (
        "make a draft another company's",
        "transaction_stays",
        f"UPDATE {TX} SET company_id = {{foreign_company}} WHERE id = {{draft}}",
    ),
    (
        "make a draft another classification",
        "transaction_stays",
        f"UPDATE {TX} SET classification = 'payment' WHERE id = {{draft}}",
    ),
    ("delete a posted one", f"{TX}_append_only", f"DELETE FROM {TX} WHERE id = {{payment}}"),
    ("delete a draft", f"{TX}_append_only", f"DELETE FROM {TX} WHERE id = {{draft}}"),
    ("truncate transactions", f"{TX}_append_only", f"TRUNCATE {TX} CASCADE"),
    ("edit an item", "item_stays", f"UPDATE {IT} SET description = 'x' WHERE transaction_id = {{invoice}}"),
    ("delete an item", "item_stays", f"DELETE FROM {IT} WHERE transaction_id = {{invoice}}"),
    (
        "add an item late",
        "item_arrived",
        f"INSERT INTO {IT} SELECT (jsonb_populate_record(i, '{{{{\"position\": 9}}}}')).* FROM {IT} i WHERE "
        f"transaction_id = {{invoice}}",
    ),
    # what begins, begins right
    ("begin as cancelled", "transaction_references", _copy("'state', 'cancelled'")),
    ("begin as written off", "transaction_references", _copy("'state', 'written_off'", "{invoice}")),
    (
        "post to another company's account",
        "transaction_references",
        _copy("'account_id', {foreign_account}::text::bigint"),
    ),
    ("post with another company's type", "transaction_references", _copy("'type_id', {foreign_type}::text::bigint")),
    ("post in another company", "transaction_references", _copy("'company_id', {foreign_company}::text::bigint")),
    ("post with a type of another classification", "transaction_references", _copy("'classification', 'refund'")),
    ("post in another currency than the account's", "transaction_references", _copy("'currency', 'usd'")),
    ("post to an account of another currency", "transaction_references", _copy("'account_id', {usd}::text::bigint")),
    ("post without a number", "transaction_posted_has_number_and_day", _copy("'number', null")),
    ("post nothing", "transaction_amount", _copy("'amount_minor', 0")),
    ("post a negative amount", "transaction_amount", _copy("'amount_minor', -5")),
    ("post 2^53", "transaction_amount", _copy("'amount_minor', 9007199254740992")),
    ("post a total that is not the sum of its parts", "transaction_total", _copy("'tax_minor', 1", "{invoice}")),
    (
        "post an invoice due before it is posted",
        "transaction_invoice_due",
        _copy("'due_on', '2026-05-19'", "{invoice}"),
    ),
    ("post an invoice that is never due", "transaction_invoice_due", _copy("'due_on', null", "{invoice}")),
    ("use a number twice", "transaction_number", _copy(f"'number', (SELECT number FROM {TX} WHERE id = {{payment}})")),
    ("invent a classification", "transaction_classification", _copy("'classification', 'gift'")),
    # open items follow, allocations stay
    (
        "write an open item",
        "open_item_is_derived",
        f"UPDATE {OP} SET open_minor = 1 WHERE transaction_id = {{invoice}}",
    ),
    ("drop an open item", "open_item_is_derived", f"DELETE FROM {OP} WHERE transaction_id = {{invoice}}"),
    ("truncate open items", "open_item_is_derived", f"TRUNCATE {OP}"),
    ("edit an allocation", "allocation_stays", f"UPDATE {AL} SET minor = 1 WHERE id = {{link}}"),
    ("re-point an allocation", "allocation_stays", f"UPDATE {AL} SET debit_id = {{draft}} WHERE id = {{link}}"),
    (
        "edit its day while releasing it",
        "allocation_stays",
        f"UPDATE {AL} SET allocated_on = '2026-05-01', released_on = '2026-05-20', released_at = now(), "
        f"release_reason = 'displaced'"
        " WHERE id = {link}",
    ),
    (
        "release without a reason",
        "allocation_release",
        f"UPDATE {AL} SET released_on = '2026-05-20' WHERE id = {{link}}",
    ),
    (
        "release before it was made",
        "allocation_release",
        f"UPDATE {AL} SET released_on = '2026-05-01', released_at = now(), release_reason = 'displaced' WHERE "
        f"id = {{link}}",
    ),
    ("delete an allocation", f"{AL}_append_only", f"DELETE FROM {AL} WHERE id = {{link}}"),
    ("truncate allocations", f"{AL}_append_only", f"TRUNCATE {AL}"),
    ("allocate more than is open on the debit", "allocation_within_open", _link("free", "invoice", 69_01)),
    ("allocate more than is open on the credit", "allocation_within_open", _link("free", "invoice", 60_01)),
    ("allocate a settled credit", "allocation_within_open", _link("payment", "invoice", 1)),
    (
        "allocate credit to credit",
        "allocation_within_open",
        _link("other_payment", "credit_note", 1, account="other_account"),
    ),
    ("allocate a debit as a credit", "allocation_within_open", _link("invoice", "invoice", 1)),
    ("allocate across accounts", "allocation_within_open", _link("other_payment", "invoice", 1)),
    (
        "allocate across accounts, the other way",
        "allocation_within_open",
        _link("other_payment", "invoice", 1, account="other_account"),
    ),
    ("allocate across companies", "allocation_within_open", _link("foreign_payment", "invoice", 1)),
    ("allocate to a draft", "allocation_within_open", _link("free", "draft", 1)),
    ("allocate for another company", "allocation_within_open", _link("free", "invoice", 1, company="foreign_company")),
    ("allocate nothing", "allocation_amount", _link("free", "invoice", 0)),
    # and around them
    (
        "edit an event",
        "platform_event_append_only",
        "UPDATE platform_event SET actor = 'nobody' WHERE object_id = {invoice}",
    ),
    ("delete an event", "platform_event_append_only", "DELETE FROM platform_event WHERE object_id = {invoice}"),
    ("truncate events", "platform_event_append_only", "TRUNCATE platform_event"),
    (
        "change an account's currency",
        "account_keeps_its_identity",
        "UPDATE accounts_account SET currency = 'usd' WHERE id = {account}",
    ),
    (
        "change an account's number",
        "account_keeps_its_identity",
        "UPDATE accounts_account SET number = 'X' WHERE id = {account}",
    ),
    (
        "hand an account to another company",
        "account_keeps_its_identity",
        "UPDATE accounts_account SET company_id = {foreign_company} WHERE id = {account}",
    ),
    ("delete an account", "accounts_account_append_only", "DELETE FROM accounts_account WHERE id = {account}"),
    ("delete a customer", "accounts_customer_append_only", "DELETE FROM accounts_customer"),
    ("delete a company", "companies_company_append_only", "DELETE FROM companies_company WHERE id = {company}"),
    ("delete a type", "transactions_transactiontype_append_only", "DELETE FROM transactions_transactiontype"),
]


@pytest.mark.few(32)
@pytest.mark.parametrize(
    ("constraint", "statement"), [row[1:] for row in SIDE_DOORS], ids=[row[0] for row in SIDE_DOORS]
)
def test_raw_sql_is_refused(books: SimpleNamespace, constraint: str, statement: str):
    if "{free}" in statement:
        books.free = _free_credit_beside_an_open_debit(books)
    with refused_by(constraint), connection.cursor() as cursor:
        cursor.execute(statement.format(**vars(books)))


def _free_credit_beside_an_open_debit(books: SimpleNamespace) -> int:
    """A posted payment of 60.00 that no service allocated, as a raw insert leaves it beside 69.00 of open invoice."""
    with connection.cursor() as cursor:
        cursor.execute(_copy("'amount_minor', 6000, 'base_minor', 6000").format(**vars(books)) + " RETURNING id")
        return cursor.fetchone()[0]


def test_a_fitting_allocation_is_taken_so_that_the_refusals_above_mean_something(books: SimpleNamespace):
    books.free = _free_credit_beside_an_open_debit(books)
    with connection.cursor() as cursor:
        cursor.execute(_link("free", "invoice", 60_00).format(**vars(books)))
    assert OpenItem.objects.get(pk=books.invoice).open_minor == 9_00
    assert not OpenItem.objects.filter(pk=books.free).exists()


def test_the_orm_is_refused_like_raw_sql(books: SimpleNamespace):
    posted = Transaction.objects.get(pk=books.payment)
    posted.amount_minor += 1
    with refused_by("transaction_stays"):
        posted.save()
    with refused_by("transaction_stays"):
        Transaction.objects.bulk_update([posted], ["amount_minor"])
    with refused_by("transaction_stays"):
        Transaction.objects.filter(pk=books.invoice).update(posted_on="2026-01-01")
    with refused_by("transactions_transaction_append_only"):
        Transaction.objects.filter(pk=books.draft).delete()
    with refused_by("allocation_stays"):
        Allocation.objects.filter(pk=books.link).update(minor=1)
    with refused_by("transactions_allocation_append_only"):
        Allocation.objects.all().delete()
    with refused_by("open_item_is_derived"):
        OpenItem.objects.update(open_minor=1)
    with refused_by("item_stays"):
        TransactionItem.objects.filter(transaction_id=books.invoice).update(net_minor=1)
    with refused_by("platform_event_append_only"):
        Event.objects.update(actor="nobody")


def test_items_are_not_truncated(books: SimpleNamespace):
    with refused_by("transactions_transactionitem_append_only"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {IT}")


def test_one_bad_row_in_a_set_refuses_the_whole_set(books: SimpleNamespace):
    rows = Transaction.objects.filter(pk__in=[books.payment, books.draft])
    with refused_by("transaction_stays"):
        rows.update(issued_on="2026-01-01")
    assert not rows.filter(issued_on="2026-01-01").exists(), "the draft of the set is as it was"


def test_an_allocation_is_released_once_and_opens_both_sides_again(books: SimpleNamespace):
    release = {"released_on": "2026-05-20", "released_at": "2026-05-20T12:30Z", "release_reason": "displaced"}
    link = Allocation.objects.filter(pk=books.link)
    link.update(**release)
    assert OpenItem.objects.get(pk=books.invoice).open_minor == 119_00
    assert OpenItem.objects.get(pk=books.payment).open_minor == 50_00
    with refused_by("allocation_stays"):
        link.update(**{**release, "released_on": "2026-05-21"})
    with refused_by("allocation_stays"):
        link.update(released_on=None, released_at=None, release_reason=None)


def test_metadata_of_a_posted_transaction_may_change(books: SimpleNamespace):
    Transaction.objects.filter(pk=books.payment).update(metadata={"seen": "yes"})
    assert Transaction.objects.get(pk=books.payment).metadata == {"seen": "yes"}
