"""Allocation on its own: FIFO over everything that is open on accounts.

Posting allocates by itself. This door is for what was loaded another way or left by a changed principle: it takes
any number of accounts, in bounded parts, and changes nothing where nothing can be settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date

from django.db import connection
from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.states import AccountState
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.collections import rare_collections
from subledger.transactions.consequences import DecidedSet
from subledger.transactions.rules.effects import Effects
from subledger.transactions.rules.facts import Standing

from .inputs import read_everything_open
from .posting import write

# Accounts a part: large enough that statements do not count, small enough that locks stay short and that two
# workers soon fall out of step (measured: 11.7 µs a link, beside 17 with parts of 2,000; docs/performance.md).
PART = 500


def allocate_accounts(
    *,
    account_ids: Sequence[int],
    actor: str,
    on: date | None = None,
    progress: Callable[[int], object] = lambda done: None,
    workers: int = 2,
) -> int:
    """Settle by FIFO whatever is open on both sides of these accounts; how many allocations were made.

    Each part of the accounts is a database transaction of its own, and ``workers`` parts are under way at once: one
    is decided while another is written. Inside a caller's transaction all of it is the caller's, part after part.
    ``progress`` is told how many accounts each part had.

    Raises:
        AccountTerminated: one of a part is; nothing of that part is changed.
    """
    demand("transactions.post:allocation")
    with rare_collections():
        return _allocate(sorted(set(account_ids)), actor, on, progress, workers)


def _allocate(ordered: list[int], actor: str, on: date | None, progress: Callable[[int], object], workers: int) -> int:
    parts = [ordered[start : start + PART] for start in range(0, len(ordered), PART)]
    if connection.in_atomic_block or len(parts) < 2:
        return sum(_reported(_allocate_part(part, actor, on), part, progress) for part in parts)

    def allocate(part: list[int]) -> int:
        try:
            return _allocate_part(part, actor, on)
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(workers) as pool:
        under_way = [(part, pool.submit(copy_context().run, allocate, part)) for part in parts]
        return sum(_reported(future.result(), part, progress) for part, future in under_way)


def _reported(made: int, part: Sequence[int], progress: Callable[[int], object]) -> int:
    progress(len(part))
    return made


@atomic
def _allocate_part(account_ids: list[int], actor: str, on: date | None) -> int:
    facts = read_everything_open(account_ids)
    for account in facts.accounts.values():
        if account.state == AccountState.TERMINATED:
            raise AccountTerminated(account.number, action=say("settle what is open"))
    standing = Standing(facts)
    day = on or facts.today
    for account_id in account_ids:
        if account_id in facts.accounts:
            standing.book(account_id).settle(on=day)
    write(DecidedSet(facts.company_id, actor, (), Effects(standing)), at=clock.now())
    return sum(len(book.links) for book in standing.books().values())
