"""What payment runs asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from subledger.gateways.models import PaymentRequest
from subledger.gateways.queries import requests
from subledger.gateways.states import OPEN, RequestState
from subledger.runs.kinds import UnderWay

from .models import PaymentRun


@dataclass(frozen=True, slots=True)
class Charges:
    """Requests of a run in one state for one reason (``error_code``, "" for none), in one currency."""

    state: RequestState
    error_code: str
    currency: str
    count: int
    amount_minor: int


ORDER = list(RequestState)
ASKING = frozenset({"payments", "refund-credit-balances"})  # kinds of run that ask for something


def charges_of_runs(run_ids: Sequence[int]) -> dict[int, list[Charges]]:
    """By run, in the order of a request's life."""
    found: dict[int, list[Charges]] = {}
    rows = PaymentRequest.objects.filter(batch__payment_run__run__in=run_ids).order_by()
    grouped = rows.values("batch__payment_run__run", "state", "error_code", "currency")
    for row in grouped.annotate(count=Count("pk"), minor=Sum("amount_minor")):
        found.setdefault(row["batch__payment_run__run"], []).append(
            Charges(RequestState(row["state"]), row["error_code"], row["currency"], row["count"], int(row["minor"]))
        )
    for charges in found.values():
        charges.sort(key=lambda one: (ORDER.index(one.state), one.error_code, one.currency))
    return found


def charges_of(run_id: int) -> list[Charges]:
    return charges_of_runs([run_id]).get(run_id, [])


def under_way_of_runs(run_ids: Sequence[int]) -> dict[int, UnderWay]:
    """What runs asked for that is not over, of those where there is some."""
    found: dict[int, UnderWay] = {}
    for ident, charges in charges_of_runs(run_ids).items():
        here = [one for one in charges if one.state in OPEN]
        amounts: dict[str, int] = {}
        for one in here:
            amounts[one.currency] = amounts.get(one.currency, 0) + one.amount_minor
        if here:
            found[ident] = UnderWay(sum(one.count for one in here), amounts)
    return found


def requests_of(run_id: int) -> QuerySet[PaymentRequest]:
    return requests().filter(batch__payment_run__run=run_id)


def runs_of(request_rows: Sequence[PaymentRequest]) -> dict[int, int]:
    """The run that each of these requests was made by, by the id of the request."""
    batches = {row.batch_id for row in request_rows if row.batch_id is not None}
    runs = dict(PaymentRun.objects.filter(batch__in=batches).values_list("batch_id", "run_id")) if batches else {}
    return {row.pk: runs[row.batch_id] for row in request_rows if row.batch_id in runs}
