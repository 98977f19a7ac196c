"""What retries do after something happened: what is over is stopped, what waits for another way to pay goes on, and
customers are told."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.declines import DeclineClass
from subledger.kernel.ids import decode
from subledger.kernel.sentences import say
from subledger.messages.services.outbox import send_by_itself
from subledger.platform.listeners import Listener
from subledger.platform.models import Event
from subledger.transactions.models import Transaction

from .letters import CHARGE_FAILED
from .services.notices import tell_of_declined
from .services.retries import go_on_by_another_way, stop_what_is_over

SYSTEM = "system"
# The way to pay is the same, and is charged again.
CHANGED = frozenset({"account.instrument_changed", "account.payment_preference_unbarred"})
MADE = frozenset({"retry.scheduled", "retry.stopped", "retry.waiting"})


def _stop(events: Sequence[Event]) -> None:
    on_accounts = {event.object_id for event in events if event.object_type == "account"}
    documents = {event.object_id for event in events if event.object_type == "transaction"}
    named = Transaction.objects.filter(pk__in=documents).values_list("account_id", flat=True)
    stop_what_is_over(account_ids=sorted(on_accounts | set(named)), actor=SYSTEM)


def _go_on(events: Sequence[Event]) -> None:
    changed = []
    for event in events:
        said = str(event.data.get("payment_preference", "")) if event.type in CHANGED else ""
        if said:
            changed.append(decode(AccountPaymentPreference.PREFIX, said))
    go_on_by_another_way(account_ids=sorted({event.object_id for event in events}), changed=changed, actor=SYSTEM)


def _tell(events: Sequence[Event]) -> None:
    declined = [int(event.data["retry_id"]) for event in events if event.type in ("retry.waiting", "retry.stopped")]
    tell_of_declined(retry_ids=declined, actor=SYSTEM)
    scheduled = [
        int(event.data["retry_id"])
        for event in events
        if event.type == "retry.scheduled" and event.data["decline_class"] != DeclineClass.CALLED_OFF  # nothing failed
    ]
    send_by_itself(kind=CHARGE_FAILED.name, object_ids=scheduled, actor=SYSTEM)


LISTENERS = (
    Listener(
        name="retries of what is over",
        about=say(
            "What was to be tried again is paid, cancelled, disputed or promised, its payment was rejected, or its "
            "card or account was removed: nothing is tried again."
        ),
        handle=_stop,
        hears=frozenset(
            {
                "invoice.paid", "invoice.settled_otherwise", "invoice.cancelled", "invoice.written_off",
                "invoice.disputed", "promise.made", "payment.rejected", "account.instrument_removed",
                "account.payment_preference_released", "account.state_changed",
            }
        ),
        makes=frozenset({"retry.stopped"}),
        at_once=200,
    ),
    Listener(
        name="retries by another way to pay",
        about=say("An account pays by another card or account now: what was declined for good is tried again by that."),
        handle=_go_on,
        hears=frozenset(
            {
                "account.instrument_registered", "account.instrument_changed", "account.instrument_defaulted",
                "account.payment_preference_added", "account.payment_preference_defaulted",
                "account.payment_preference_unbarred",
            }
        ),
        makes=frozenset({"retry.scheduled"}),
        at_once=200,
    ),
    Listener(
        name="messages about payments that failed",
        about=say(
            "A payment failed that nobody was there for: its customer is asked for another card or account, or told "
            "when it is tried again."
        ),
        handle=_tell,
        hears=MADE,
        makes=frozenset({"message.queued", "message.suppressed", "account.registration_link_made"}),
        at_once=100,
    ),
)  # fmt: skip
