"""What payment runs add to objects of lower rooms: to a request its run, to a run what became of its charges."""

from __future__ import annotations

from collections.abc import Sequence

from ninja import Schema
from pydantic import Field

from subledger.api_kit.faces import ApiFace
from subledger.api_kit.parts import AddedField
from subledger.api_kit.resources import JsonObject
from subledger.gateways.models import PaymentRequest
from subledger.gateways.states import RequestState
from subledger.kernel import ids
from subledger.runs.models import Run

from . import queries


class ChargesOut(Schema):
    """Of a payment run: how many payment requests are in a state, for a reason, and what they amount to."""

    state: RequestState
    error_code: str | None
    currency: str
    requests: int
    amount: int = Field(description="Minor units.")


def _charges(rows: Sequence[Run]) -> dict[int, list[JsonObject]]:
    found = queries.charges_of_runs([row.pk for row in rows if row.kind in queries.ASKING])
    return {
        ident: [
            {
                "state": one.state, "error_code": one.error_code or None, "currency": one.currency,
                "requests": one.count, "amount": one.amount_minor,
            }
            for one in charges
        ]
        for ident, charges in found.items()
    }  # fmt: skip


def _runs(rows: Sequence[PaymentRequest]) -> dict[int, str]:
    return {ident: ids.encode(Run.PREFIX, run) for ident, run in queries.runs_of(rows).items()}


API = ApiFace(
    parts=(
        AddedField(of="run", name="charges", type=list[ChargesOut] | None, serialise=_charges, comes_later=True),
        AddedField(of="payment_request", name="run", type=str | None, serialise=_runs, comes_later=True),
    ),
)
