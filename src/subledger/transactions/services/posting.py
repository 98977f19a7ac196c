"""Posting: one door for everything that moves money on an account, a set at a time.

`execute` takes any mixture of orders. It locks the accounts once in id order, reads once what the rules need,
decides order by order in plain Python, and writes all effects in one statement. One posting is a set of one.

A refused order leaves nothing behind: everything is checked before the first effect is noted, so the rest of a set
can go on (``collect=True``) or the whole set rolls back with the refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection
from django.db.transaction import atomic

from subledger.accounts.models import AccountPaymentPreference
from subledger.catalog.models import Product, TaxRate
from subledger.kernel.errors import DomainError
from subledger.kernel.money import LARGEST_MINOR
from subledger.platform import clock, idempotency
from subledger.platform.scope import current_company_id
from subledger.platform.statements import Json, call, call_last, fresh_ids
from subledger.transactions.configuration import configuration_of
from subledger.transactions.errors import BackOfficeCodeTaken, ConcurrentChange
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import price_item, total_of
from subledger.transactions.rules.orders import Move, OnTarget, Order, Post, Posted, QuickPay, WriteOff
from subledger.transactions.states import CREDITS, DEBITS, Classification

from .deciding import Decisions
from .effects import Effects
from .facts import Facts


def execute(orders: Sequence[Order], *, actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Carry out orders in sequence; the answers stand in the orders' order.

    Without ``collect`` the first refusal is raised and nothing is kept; with it, a refused order's answer is the
    refusal and the others are kept.

    Raises:
        DomainError: what the rules refuse (see ``errors``); ConcurrentChange where two people did the same at once.
    """
    if not orders:
        return []
    try:
        with atomic():
            facts = read_under_lock(orders)
            decisions = Decisions(facts, actor=actor)
            answers: list[DomainError | int] = []
            for order in orders:
                try:
                    answers.append(decisions.decide(order))
                except DomainError as refusal:
                    if not collect:
                        raise
                    answers.append(refusal)
            made = answers[0] if len(answers) == 1 and isinstance(answers[0], int) else None
            numbers = write(decisions.effects, actor, made=made) if decisions.effects.rows else {}
    except IntegrityError as error:
        raise translated(error) from error
    return [a if isinstance(a, DomainError) else _posted(decisions.effects.rows[a], numbers) for a in answers]


def check(orders: Sequence[Order], *, actor: str) -> list[DomainError | None]:
    """Whether orders would be carried out as things stand: the refusal of each, or None. Nothing is written.

    In the caller's transaction the accounts stay locked, so that the answer holds until its end.
    """
    answers: list[DomainError | None] = []
    with atomic():
        decisions = Decisions(read_under_lock(orders), actor=actor)
        for order in orders:
            try:
                decisions.decide(order)
            except DomainError as refusal:
                answers.append(refusal)
            else:
                answers.append(None)
    return answers


def _posted(row: dict[str, Any], numbers: dict[str, tuple[int, str, int]]) -> Posted:
    first, prefix, digits = numbers[row["series"]]
    number = f"{prefix}{first + row['ordinal']:0{digits}d}"
    return Posted(row["id"], number, row["classification"], row["account_id"], row["amount_minor"])


def read_under_lock(orders: Sequence[Order]) -> Facts:
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
    targets = sorted(target_ids | intended)
    # With targets, how much must be covered is known only once they are read under the lock.
    first_needs = [] if targets else [[account, *need] for account, need in needs.items()]
    ids = sum(2 if isinstance(order, WriteOff | Move) else 1 for order in orders)
    read = call("posting_read", company_id, sorted(accounts), targets, Json(first_needs), ids)
    facts = Facts.of(read, company_id=company_id, configuration=configuration_of(company_id, read["facts"]["version"]))
    facts.codes = _codes_taken(orders)
    facts.known = _known(orders)
    if targets:
        if not target_ids.isdisjoint(t["id"] for t in facts.targets.values() if t["account_id"] not in accounts):
            raise ConcurrentChange  # a draft went to another account while its own was being locked
        for target in facts.targets.values():
            # Whatever of a target may come free or be posted needs something to go to.
            _need(needs, target["account_id"], target["classification"], target["amount_minor"], both=True)
        for order in orders:
            if isinstance(order, Move) and order.target_id in facts.targets:
                _need(
                    needs,
                    order.to_account_id,
                    Classification.PAYMENT,
                    facts.targets[order.target_id]["amount_minor"],
                )
        facts.add_open_items(call("posting_open_items", Json([[account, *need] for account, need in needs.items()])))
    return facts


def _most(new: NewTransaction) -> int:
    """The most a new transaction can come to: what it may need the other side to cover."""
    try:
        if new.items:
            # Taxes rounded per rate may come to half a minor unit an item more.
            return max(total_of(price_item(item) for item in new.items).total_minor, 0) + len(new.items)
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


def _codes_taken(orders: Iterable[Order]) -> set[tuple[str, str]]:
    """Back office codes among these orders that are in use already, with their classification."""
    codes = [
        order.new.back_office_code
        if isinstance(order, Post) and order.new
        else getattr(order, "back_office_code", None)
        for order in orders
    ]
    wanted = [code for code in codes if code]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(CODES_TAKEN, [current_company_id(), [c.value for c in Classification], wanted])
        return set(cursor.fetchall())


# The tables a set may touch, in the order of posting_write's parameters.
TABLES = (
    "entries",
    "lines",
    "events",
    "items",
    "item_copies",
    "series",
    "transactions",
    "drafts",
    "states",
    "releases",
    "allocations",
)


def write(effects: Effects, actor: str, *, made: int | None = None) -> dict[str, tuple[int, str, int]]:
    """Write every effect in one statement, the last of its transaction; series -> (first number, prefix, digits).

    An Idempotency-Key that is being answered stands for ``made`` by the same message: it is bound where it is made.
    """
    wanted = effects.ids_needed()
    tables = effects.by_table(fresh_ids(wanted) if wanted else ())
    rows = [Json(tables[name]) if tables[name] else None for name in TABLES]
    before = None if made is None else idempotency.binding(idempotency.Kind.TRANSACTION, made)
    taken = call_last("posting_write", effects.facts.company_id, clock.now(), actor, *rows, before=before)
    if before is not None and made is not None:
        idempotency.bound(idempotency.Kind.TRANSACTION, made)
    return {code: (first, prefix, digits) for code, first, prefix, digits in taken or ()}


def translated(error: IntegrityError) -> DomainError:
    """The database's guard as the refusal it stands for: two people did the same thing at once."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") == "transaction_back_office_code":
        # Key (company_id, classification, back_office_code)=(1, payment, X) already exists.
        detail = getattr(diagnosis, "message_detail", None) or ""
        classification, _, rest = detail.partition("=(")[2].partition(", ")[2].partition(", ")
        return BackOfficeCodeTaken(classification or "transaction", rest.partition(") already")[0])
    return ConcurrentChange()
