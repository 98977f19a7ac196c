"""What posting reads under the lock, once for a set, as the facts that deciding is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from subledger.accounts.models import AccountPaymentPreference
from subledger.catalog.models import Product, TaxRate
from subledger.journal.queries import rates_on
from subledger.kernel.errors import DomainError
from subledger.kernel.money import LARGEST_MINOR
from subledger.platform import clock
from subledger.platform.rows import keyed_rows
from subledger.platform.scope import current_company_id
from subledger.transactions.configuration import configuration_of
from subledger.transactions.consequences import spends
from subledger.transactions.errors import ConcurrentChange
from subledger.transactions.going_out import going_out, leaving, paid_out, said_gone
from subledger.transactions.models import Transaction
from subledger.transactions.rules.configuration import Configuration
from subledger.transactions.rules.documents import AccountFacts, NewTransaction
from subledger.transactions.rules.facts import PostingInputs, StoredLink, Target
from subledger.transactions.rules.items import price_item, total_of
from subledger.transactions.rules.orders import Cancel, Move, OnTarget, Order, Post, QuickPay, WriteOff
from subledger.transactions.rules.posting import AccountRole, PostingPart
from subledger.transactions.rules.writing_off import Taxed
from subledger.transactions.states import CREDITS, DEBITS, Classification

from .draft_versions import versions_of_drafts
from .item_credits import crediting_facts, credits_named, most_credited
from .readings import OpenItems, Reading, lent_since, open_items_covering, read


def read_under_lock(orders: Sequence[Order]) -> PostingInputs:
    """Lock the accounts in id order and read, once, what deciding these orders needs."""
    company_id = current_company_id()
    target_ids = {order.target_id for order in orders if isinstance(order, OnTarget)}
    target_ids.update(order.draft_id for order in orders if isinstance(order, Post) and order.draft_id)
    accounts: set[int] = set()
    needs: dict[int, list[int]] = {}
    intended: set[int] = set()
    for order in orders:
        if isinstance(order, Post) and order.new:
            new = order.new
            accounts.add(new.account_id)
            intended.update(new.intended_ids)
            _need(needs, new.account_id, new.classification, _most(new))
        elif isinstance(order, WriteOff):
            accounts.add(order.mirror_account_id)
        elif isinstance(order, Move):
            accounts.add(order.to_account_id)
    if target_ids:  # where posted ones stand never changes, so it can be read before the lock
        placed = Transaction.objects.filter(pk__in=target_ids).values_list("account_id", "intended_ids")
        for account_id, meant in placed:
            accounts.add(account_id)
            intended.update(meant or ())
    named = credits_named(orders)
    for account_id, most in most_credited(orders, named):
        _need(needs, account_id, Classification.CREDIT_NOTE, most)
    targets = sorted(target_ids | intended)
    # With targets, how much must be covered is known only once they are read under the lock.
    first_needs = [] if targets else [[account, *need] for account, need in needs.items()]
    ids = sum(2 if isinstance(order, WriteOff | Move) else 1 for order in orders)
    if spends():  # a credit may bring an invoice with it; what is not used of a sequence is no gap of numbers
        ids += len(orders)
    reading = read(sorted(accounts), targets, first_needs, ids)
    found, open_items = reading.targets, reading.open_items
    if targets:
        if not target_ids.isdisjoint(t.id for t in found.values() if t.account_id not in accounts):
            raise ConcurrentChange  # a draft went to another account while its own was being locked
        for target in found.values():
            # Whatever of a target may come free or be posted needs something to go to.
            _need(needs, target.account_id, target.classification, target.amount_minor, both=True)
        for order in orders:
            if isinstance(order, Move) and order.target_id in found:
                _need(needs, order.to_account_id, Classification.PAYMENT, found[order.target_id].amount_minor)
        open_items = open_items_covering([[account, *need] for account, need in needs.items()])
    links, lent = _with_lent(orders, reading, open_items)
    settings = configuration_of(company_id, reading.version)
    today = clock.today(settings.time_zone)
    held = reading.accounts
    refunded, payments = _refunded(orders, found), _reversed(orders, found)
    reversed_ = {payment.account_id for payment in payments}
    if _one_refund_at_a_time(refunded | reversed_, held, company_id):
        _refuse_changed([payment for payment in payments if held[payment.account_id].role != AccountRole.CUSTOMER])
    under_way = going_out(sorted((refunded | reversed_) & held.keys()))
    credited = crediting_facts(orders, found, named)
    credited_twice = {found[ident].account_id for ident in credited.credited_twice}
    return PostingInputs(
        company_id=settings.company_id,
        configuration=settings,
        today=today,
        closed_through=settings.closed_through,
        accounts=held,
        ids=reading.ids,
        targets=found,
        target_open=reading.target_open,
        target_available=reading.target_available,
        lines=reading.lines,
        open_items=open_items,
        links=links,
        lent=lent,
        codes=_codes_taken(orders),
        known=_known(orders),
        balances=_balances(((refunded | reversed_ | credited_twice) & held.keys()) | under_way.keys()),
        going_out=under_way,
        said_gone=said_gone(sorted(refunded & under_way.keys())),
        paid_out=paid_out([payment.id for payment in payments]),
        leaving=leaving(sorted((refunded | reversed_) & under_way.keys())),
        parts=_parts(orders, found, settings),
        credited=credited.items,
        draft_credits=credited.of_drafts,
        versions=versions_of_drafts(
            [
                order.draft_id
                for order in orders
                if isinstance(order, Post) and order.draft_id and order.expected_version
            ]
        ),
        credit_notes=credited.notes,
        notes_as_a_whole=credited.notes_as_a_whole,
        taxed=_taxed([order.target_id for order in orders if isinstance(order, WriteOff)]),
        rates=rates_on(_priced_on(orders, found, held, settings.base_currency, today)),
    )


def read_everything_open(account_ids: Sequence[int]) -> PostingInputs:
    """Lock accounts in id order and read all that is open on them."""
    reading = read(account_ids, [], [[account, 2**62, 2**62] for account in account_ids], 0)
    settings = configuration_of(current_company_id(), reading.version)
    return PostingInputs(
        company_id=settings.company_id,
        configuration=settings,
        today=clock.today(settings.time_zone),
        closed_through=settings.closed_through,
        accounts=reading.accounts,
        open_items=reading.open_items,
    )


def _with_lent(
    orders: Sequence[Order], reading: Reading, open_items: OpenItems
) -> tuple[dict[int, list[StoredLink]], frozenset[int]]:
    """The links that were read, with those by which invoices use credit that was set aside for refunds since they were
    asked for; and which those are. None are looked for where the credit is free."""
    wanted: dict[int, int] = {}
    since = 0
    for order in orders:
        if isinstance(order, Post) and order.set_aside_minor:
            account = order.new.account_id if order.new else reading.targets[order.draft_id or 0].account_id
            wanted[account] = wanted.get(account, 0) + order.set_aside_minor
            since = min(since or order.set_aside_by, order.set_aside_by)
    used = [
        account
        for account, minor in wanted.items()
        if sum(side[3] for is_debit, side in open_items.get(account, ()) if not is_debit) < minor
    ]
    if not used:
        return reading.links, frozenset()
    lent = lent_since(used, since)
    links = {account: list(known) for account, known in reading.links.items()}
    for account, found in lent.items():
        known = {link.id for link in links.get(account, ())}
        links.setdefault(account, []).extend(link for link in found if link.id not in known)
    return links, frozenset(link.id for found in lent.values() for link in found)


def _refunded(orders: Sequence[Order], targets: dict[int, Target]) -> set[int]:
    """The accounts whose credit is given back by these orders, where that is still to be decided."""
    found = set()
    for order in orders:
        if isinstance(order, Post) and not order.money_has_moved:
            what = order.new or targets.get(order.draft_id or 0)
            if what is not None and what.classification == Classification.REFUND:
                found.add(what.account_id)
    return found


def _reversed(orders: Sequence[Order], targets: dict[int, Target]) -> list[Target]:
    """The payments that these orders take off their accounts, where that is still to be decided."""
    idents = {o.target_id for o in orders if isinstance(o, Move) or (isinstance(o, Cancel) and not o.money_has_moved)}
    found = [targets[ident] for ident in sorted(idents) if ident in targets]
    return [target for target in found if target.classification == Classification.PAYMENT]


# One refund of system accounts at a time, company by company. A single lock has no order to be taken in.
ONE_REFUND = "SELECT pg_advisory_xact_lock(hashtextextended('refund of a system account', %s))"
BALANCES = """
    SELECT account_id, sum(CASE WHEN is_debit THEN open_minor ELSE -open_minor END)::bigint
      FROM transactions_openitem WHERE account_id = ANY(%s) GROUP BY account_id
"""
TAXED = """
    SELECT transaction_id, tax_rate_id, tax_percent, sum(tax_minor)::bigint AS tax_minor,
           sum(sub_total_minor)::bigint AS total_minor
      FROM transactions_transactionitem WHERE transaction_id = ANY(%s)
     GROUP BY transaction_id, tax_rate_id, tax_percent ORDER BY transaction_id, min(position)
"""


PARTS = """
    SELECT transaction_id, net_minor AS net, discount_minor AS discount, tax_minor AS tax, sub_total_minor AS total,
           product_id, service_start IS NOT NULL AS is_deferred
      FROM transactions_transactionitem WHERE transaction_id = ANY(%s) ORDER BY transaction_id, position
"""


def _one_refund_at_a_time(account_ids: set[int], accounts: dict[int, AccountFacts], company_id: int) -> bool:
    """No other refund changes these accounts, or what is on its way out of them, before the commit.

    Customer accounts are locked already. System accounts are not, for everybody writes them: there, what takes credit
    off them waits for each other, and what is paid in does not wait for it. Answers whether it may have waited.
    """
    waits = any(accounts[ident].role != AccountRole.CUSTOMER for ident in account_ids & accounts.keys())
    if waits:
        with connection.cursor() as cursor:
            cursor.execute(ONE_REFUND, [company_id])
    return waits


def _refuse_changed(payments: Sequence[Target]) -> None:
    """ConcurrentChange: one of them was cancelled or moved between its reading and the lock that was waited for."""
    known = {payment.id: payment.state for payment in payments}
    if known and dict(Transaction.objects.filter(pk__in=known).values_list("pk", "state")) != known:
        raise ConcurrentChange


def _balances(account_ids: set[int]) -> dict[int, int]:
    """Open debits less open credits of accounts."""
    if not account_ids:
        return {}
    ours = sorted(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, [ours])
        return {**dict.fromkeys(ours, 0), **dict(cursor.fetchall())}


def _taxed(invoice_ids: Sequence[int]) -> dict[int, tuple[Taxed, ...]]:
    """What of invoices stands under each of their tax rates, in the order of their items."""
    if not invoice_ids:
        return {}
    found: dict[int, list[Taxed]] = {}
    for invoice, row in keyed_rows(Taxed, TAXED, [list(invoice_ids)]):
        found.setdefault(invoice, []).append(row)
    return {invoice: tuple(rows) for invoice, rows in found.items()}


def _parts(
    orders: Sequence[Order], targets: dict[int, Target], settings: Configuration
) -> dict[int, tuple[PostingPart, ...]]:
    """The items of the drafts that are posted, where posting rules ask for them."""
    drafts = [
        order.draft_id
        for order in orders
        if isinstance(order, Post)
        and order.draft_id in targets
        and (
            settings.no_revenue.products
            or any(settings.rules.goes_by_items(targets[order.draft_id].classification, role) for role in AccountRole)
        )
    ]
    if not drafts:
        return {}
    found: dict[int, list[PostingPart]] = {}
    for draft, row in keyed_rows(PostingPart, PARTS, [drafts]):
        found.setdefault(draft, []).append(row)
    return {draft: tuple(parts) for draft, parts in found.items()}


def _priced_on(
    orders: Sequence[Order], targets: dict[int, Target], accounts: dict[int, AccountFacts], base: str, today: date
) -> set[tuple[str, date]]:
    """The (currency, day) pairs whose rates these orders need; a cancellation goes by what it cancels."""
    pairs = set()
    for order in orders:
        if isinstance(order, Cancel):
            continue
        if isinstance(order, Post) and order.new:
            ids, on = [order.new.account_id], order.new.posted_on
        else:
            target = targets.get(order.target_id if isinstance(order, OnTarget) else order.draft_id or 0)
            ids, on = [target.account_id] if target else [], order.posted_on
            if isinstance(order, WriteOff):
                ids.append(order.mirror_account_id)
            elif isinstance(order, Move):
                ids.append(order.to_account_id)
        for ident in ids:
            account = accounts.get(ident)
            if account is not None and account.currency != base:
                pairs.add((account.currency, on or today))
    return pairs


def _most(new: NewTransaction) -> int:
    """The most a new transaction can come to: what it may need the other side to cover."""
    try:
        if new.items:
            # Taxes rounded per rate may come to half a minor unit an item more.
            own = [price_item(item) for item in new.items if item.credits is None]
            return max(total_of(own).total_minor, 0) + len(own)
        amount = new.amount_minor or 0
        return amount if 0 < amount <= LARGEST_MINOR else 0
    except DomainError:
        return 0  # deciding will refuse it, with its reason


def _need(needs: dict[int, list[int]], account: int, classification: str, amount: int, *, both: bool = False) -> None:
    need = needs.setdefault(account, [0, 0])
    if both or classification in CREDITS:
        need[0] = min(need[0] + amount, 2**62)
    if both or classification in DEBITS:
        need[1] = min(need[1] + amount, 2**62)


def _known(orders: Iterable[Order]) -> dict[str, dict[int, str | None]]:
    """Which of the products, tax rates and payment preferences that orders name are this company's, and in use."""
    products: set[int | None] = set()
    tax_rates: set[int | None] = set()
    preferences: set[int | None] = set()
    for order in orders:
        new = order.new if isinstance(order, Post) else order if isinstance(order, QuickPay) else None
        if new is not None:
            preferences.add(new.payment_preference_id)
            for item in getattr(new, "items", ()):
                products.add(item.product_id)
                tax_rates.add(item.tax_rate_id)
    return {
        "product": _found(Product, products),
        "tax_rate": _found(TaxRate, tax_rates),
        "payment_preference": dict.fromkeys(
            AccountPaymentPreference.objects.filter(pk__in=preferences - {None}).values_list("pk", flat=True)
            if preferences - {None}
            else ()
        ),
    }


def _found(model: type[Product] | type[TaxRate], idents: set[int | None]) -> dict[int, str | None]:
    idents.discard(None)
    if not idents:
        return {}
    rows = model.objects.filter(pk__in=idents).values_list("pk", "is_active", "name")
    return {ident: None if is_active else name for ident, is_active, name in rows}


# Every classification is named so that the index of the unique codes serves, whatever the version of PostgreSQL.
CODES_TAKEN = """
    SELECT classification, back_office_code FROM transactions_transaction
     WHERE company_id = %s AND classification = ANY(%s) AND back_office_code = ANY(%s)
"""


def _codes_taken(orders: Iterable[Order]) -> frozenset[tuple[str, str]]:
    """Back office codes among these orders that are in use already, with their classification."""
    codes = [
        order.new.back_office_code
        if isinstance(order, Post) and order.new
        else getattr(order, "back_office_code", None)
        for order in orders
    ]
    wanted = [code for code in codes if code]
    if not wanted:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(CODES_TAKEN, [current_company_id(), [c.value for c in Classification], wanted])
        return frozenset(cursor.fetchall())
