"""How many calls an account of Stripe's has left this second, counted in the database for all who call.

Stripe refuses what comes faster than an account may call (docs.stripe.com/rate-limits: 100 a second in live mode, 25 in
test mode), and it counts all of the account: web requests, workers, the reading of invoices. So every call is taken
from one row first, which holds the instants of the account's last calls: within any second there are never more than
its limit, whatever number of processes ask (decision 37).

Who asks says how urgent it is. Each urgency stops at a share of the limit, so that what is more urgent finds room:

===============  =====================  =========================================================
`INTERACTIVE`    all of the limit       somebody waits for the answer
`WORK`           nine tenths of it      charges and refunds that workers carry out
`BULK`           half of it             lists read in the background: they take what is left
===============  =====================  =========================================================
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum

from django.db import Error, connection

from subledger.kernel.sentences import say
from subledger.platform.statements import call

from .errors import NotNow

LONGEST_WAIT = 10.0  # seconds; a call that found no room by then was not sent
SHORTEST_WAIT = 0.01  # others may have taken the room by then, and be asked after again at once


class Priority(IntEnum):
    """How urgent a call is: its share of the limit in tenths."""

    INTERACTIVE = 10
    WORK = 9
    BULK = 5


def share_of(limit: int, priority: Priority) -> int:
    """How many calls a second may be under way before one of this urgency waits; one at least."""
    return max(limit * priority // 10, 1)


class Budget:
    """The calls of one account, taken by one event loop.

    Args:
        account: `keys.account_key`, under which all users of the account count.
        limit: calls a second of the whole account. Where users differ, each keeps to its own against all calls.
    """

    def __init__(self, account: str, limit: int, *, longest_wait: float = LONGEST_WAIT) -> None:
        self.account, self.limit, self._longest_wait = account, limit, longest_wait
        # A thread of its own with a connection of its own: the loop waits for no database.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stripe-budget")
        self._turn = asyncio.Lock()  # of several that wait here, one asks

    async def take(self, priority: Priority) -> None:
        """Wait until a call may be sent. NotNow: there was no room for `LONGEST_WAIT`, or nobody to ask."""
        until = time.monotonic() + self._longest_wait
        share = share_of(self.limit, priority)
        async with self._turn:
            while True:
                wait = await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, share)
                if wait <= 0:
                    return
                if time.monotonic() + wait > until:
                    raise NotNow(
                        say("Stripe was not called: the account's calls of this second are used up."),
                        code="rate_limit",
                        retry_after=1,
                    )
                await asyncio.sleep(max(wait, SHORTEST_WAIT))

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, _disconnect)
        self._thread.shutdown(wait=False)

    def _ask(self, share: int) -> float:
        """Seconds until it is worth asking again; 0: taken."""
        try:
            return float(call("stripe_call_wait_v1", self.account, share))
        except Error as error:
            connection.close()
            raise NotNow(
                say(
                    "Stripe was not called: the account's calls could not be counted ({name}).",
                    name=type(error).__name__,
                ),
                code="rate_limit",
                retry_after=1,
            ) from None


def _disconnect() -> None:
    connection.close()  # each thread has its own
