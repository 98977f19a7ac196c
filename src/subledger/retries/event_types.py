"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

_RETRY = "the retry, the payment request that failed, its amount, the class and the code of the decline"

EVENTS = {
    "retry.scheduled": f"{_RETRY}, when it is tried again, and which try of the plan that is (on the transaction)",
    "retry.waiting": f"{_RETRY}: it waits for another way to pay (on the transaction)",
    "retry.made": f"{_RETRY}, and the payment request that was made (on the transaction)",
    "retry.stopped": f"{_RETRY}, and why nothing is tried again (on the transaction)",
}
