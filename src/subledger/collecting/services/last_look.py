"""What is known here of a payment that nobody asked for by hand, when it is about to leave: its document is disputed,
or promised for later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.gateways.models import PaymentRequest
from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.services.last_look import Why
from subledger.kernel.sentences import say
from subledger.promises.holds import holds_of

DISPUTED: Why = (NotDueCode.DISPUTED, say("What it was to pay is disputed since."))
PROMISED: Why = (NotDueCode.PROMISED, say("What it was to pay is promised for a later day since."))


def held(rows: Sequence[PaymentRequest]) -> Mapping[int, Why]:
    """Those of these requests that are not to leave, by id."""
    meant = {row.pk: row.order["intended_ids"] for row in rows}
    holds = holds_of({ident for idents in meant.values() for ident in idents})
    found: dict[int, Why] = {}
    for row in rows:
        of_it = [holds[ident] for ident in meant[row.pk] if ident in holds]
        if any(hold.is_disputed for hold in of_it):
            found[row.pk] = DISPUTED
        elif any(hold.held_minor for hold in of_it) and sum(hold.reached_minor for hold in of_it) < row.amount_minor:
            found[row.pk] = PROMISED
    return found
