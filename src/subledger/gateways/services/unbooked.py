"""Keeping what could not be booked as work for a person, and closing it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.gateways.models import Provider, UnbookedFact
from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import current_company_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbooked:
    """A fact as it was told, and why the books did not take it."""

    source: str
    said: str
    code: str
    reason: str
    position: str = ""
    reference: str = ""
    request_id: int | None = None
    amount: Money | None = None
    booked_on: date | None = None

    @property
    def key(self) -> str:
        told = (
            self.said,
            self.reference,
            str(self.request_id or ""),
            str(self.amount or ""),
            str(self.booked_on or ""),
        )
        return hashlib.sha256("\0".join(told).encode()).hexdigest()


class ResolutionMissing(Invalid):
    code = "resolution_missing"

    def __init__(self) -> None:
        super().__init__("Say what was done about it, so that others can follow.", param="/resolution")


@atomic
def keep(*, provider: Provider, facts: Iterable[Unbooked], actor: str) -> int:
    """Keep facts that are not kept yet; how many are new."""
    at = clock.now()
    rows = [
        UnbookedFact(
            company_id=current_company_id(),
            provider=provider,
            request_id=one.request_id,
            key=one.key,
            source=one.source[:20],
            position=one.position,
            said=one.said,
            code=one.code[:80],
            reason=one.reason,
            reference=one.reference,
            amount_minor=one.amount.minor if one.amount else None,
            currency=one.amount.currency if one.amount else "",
            booked_on=one.booked_on,
            created_at=at,
        )
        for one in facts
    ]
    known = set(UnbookedFact.objects.filter(provider=provider, key__in=[row.key for row in rows]).values_list("key"))
    new = [row for row in {row.key: row for row in rows}.values() if (row.key,) not in known]
    UnbookedFact.objects.bulk_create(new, ignore_conflicts=True)
    told = [
        Fact("provider.fact_unbooked", "provider", provider.pk, {"said": row.said, "code": row.code}) for row in new
    ]
    record_events(told, actor=actor)
    return len(new)


def booked_after_all(*, provider: Provider, request_ids: Iterable[int]) -> None:
    """Close what was kept of requests that the books have taken since."""
    kept = UnbookedFact.objects.filter(provider=provider, request_id__in=list(request_ids), resolved_at=None)
    kept.update(resolved_at=clock.now(), resolved_by="system", resolution="The books took it after all.")


@atomic
def resolve(*, fact_id: int, resolution: str, actor: str) -> UnbookedFact:
    """Close a fact with what was done about it. NotFound; ResolutionMissing. Closed twice, the first word stands."""
    demand("gateways.charge")
    row = UnbookedFact.objects.select_for_update(of=("self",)).filter(pk=fact_id).first()
    if row is None:
        raise NotFound("unbooked fact", encode(UnbookedFact.PREFIX, fact_id))
    fact: UnbookedFact = row
    if fact.resolved_at is not None:
        return fact
    if not resolution.strip():
        raise ResolutionMissing
    fact.resolved_at, fact.resolved_by, fact.resolution = clock.now(), actor, resolution.strip()
    fact.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    told = {"said": fact.said, "resolution": fact.resolution}
    record_events([Fact("provider.fact_resolved", "provider", fact.provider_id, told)], actor=actor)
    return fact


def unbooked() -> QuerySet[UnbookedFact]:
    """Open ones first, the newest of each first."""
    rows: QuerySet[UnbookedFact] = UnbookedFact.objects.select_related("provider", "request").order_by("-id")
    return rows
