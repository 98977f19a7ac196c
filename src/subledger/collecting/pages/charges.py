"""What became of what a payment run asked for: on the run's page, and each request of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.collecting.queries import ASKING, Charges, charges_of, requests_of
from subledger.gateways.models import PaymentRequest
from subledger.gateways.rules.outcomes import NOT_LEFT
from subledger.gateways.states import OPEN, RequestState
from subledger.kernel.sentences import say, say_of
from subledger.kernel.words import plain
from subledger.page_kit.charts import Chart, bar_chart
from subledger.page_kit.columns import BadgeColumn, Column, CountColumn, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice, Search
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.runs.models import Run
from subledger.runs.queries import run_by_id

TALLIES = (
    BadgeColumn("state", say("State"), of=RequestState),
    NameColumn("reason", say("Reason"), link=lambda row: row["url"]),
    CountColumn("count", say("Charges"), link=lambda row: row["url"]),
    MoneyColumn("amount_minor", say("Amount"), lead=True, link=lambda row: row["url"]),
)
STANDINGS = (
    (say("Posted"), "posted"),
    (say("Waiting"), "waiting"),
    (say_of("payment request", "Rejected"), "rejected"),
    (say("Taken back"), "taken_back"),
)
TONES = {"posted": "good", "rejected": "bad", "waiting": "warn"}


def progress(request: HttpRequest, run: Run) -> Iterator[dict[str, Any]]:
    """Charges, or refunds, by state and reason, on the page of a run that asked for them."""
    if run.kind not in ASKING:
        return
    found = charges_of(run.pk)
    whole = page_url("payment_run_charges", run.pk)
    yield {
        "title": _title(run),
        "tiles": _tiles(found, whole),
        "moves": any(one.state in OPEN for one in found),
        "url": whole if found else "",
        "chart": _chart(found, whole),
        "table": table(TALLIES, [_row(one, whole) for one in found]),
        "text": say("Nothing is asked for yet."),
    }


def _tiles(found: list[Charges], url: str) -> list[dict[str, Any]]:
    """By how they stand: how many, and what they come to in each currency."""
    tiles = []
    for label, name in STANDINGS:
        here = [one for one in found if standing_of(one) == name]
        sums: dict[str, int] = {}
        for one in here:
            sums[one.currency] = sums.get(one.currency, 0) + one.amount_minor
        said = [f"{show.amount_text(minor, currency)} {currency.upper()}" for currency, minor in sorted(sums.items())]
        tiles.append(
            {
                "label": label,
                "value": show.count(sum(one.count for one in here)),
                "hint": ", ".join(said),
                "tone": TONES.get(name, "") if here else "",
                "url": f"{url}?standing={name}" if here else "",
            }
        )
    return tiles


def _title(run: Run) -> str:
    return say("Charges") if run.kind == "payments" else say("Refunds")


def standing_of(one: Charges) -> str:
    """How a charge stands, in the four ways that matter to whoever looks at a run."""
    if one.state == RequestState.POSTED:
        return "posted"
    if one.state in OPEN:
        return "waiting"
    return "taken_back" if one.error_code in NOT_LEFT else "rejected"


def _chart(found: list[Charges], url: str) -> Chart | None:
    """Amounts by how they stand, of the currency of which there is most."""
    if not found:
        return None
    currency = max(sorted({one.currency for one in found}), key=lambda code: sum(_of(found, code)))
    here = [one for one in found if one.currency == currency]
    bars = [(label, sum(one.amount_minor for one in here if standing_of(one) == name)) for label, name in STANDINGS]
    return bar_chart(
        id="charges",
        title=say("Charges"),
        currency=currency,
        bars=bars,
        urls=[f"{url}?standing={name}" for _, name in STANDINGS],
        is_folded=True,
    )


def _of(found: list[Charges], currency: str) -> list[int]:
    return [one.amount_minor for one in found if one.currency == currency]


def _row(one: Charges, url: str) -> dict[str, Any]:
    return {
        "state": "failed" if standing_of(one) == "rejected" else one.state,
        "reason": show.word(one.error_code) if one.error_code else "",
        "count": one.count,
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "url": f"{url}?state={one.state}&error={one.error_code}",
    }


class StandingChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        if value == "waiting":
            return queryset.filter(state__in=sorted(OPEN))
        if value == "posted":
            return queryset.filter(state=RequestState.POSTED)
        rejected, taken_back = queryset.filter(state=RequestState.REJECTED), sorted(NOT_LEFT)
        if value == "taken_back":
            return rejected.filter(error_code__in=taken_back)
        return rejected.exclude(error_code__in=taken_back)


class ErrorColumn(Column):
    def value(self, row: PaymentRequest) -> str:
        return str(row.error_message or (show.word(row.error_code) if row.error_code else ""))


class ChargesPage(SummaryPage):
    """Each payment request that a run made."""

    noun = say("charge")
    criteria = (
        StandingChoice("standing", say("How it stands"), choices=[(name, label) for label, name in STANDINGS]),
        Choice("state", say("State"), choices=[(s.value, plain(s)) for s in RequestState]),
        Search("error", say("Error"), fields=("error_code__iexact",)),
        Search("q", say("Search"), fields=("account__number__istartswith", "account__name__icontains")),
    )
    columns = (
        Column("number", say("Request"), link=lambda row: page_url("payment_request", row.pk), strong=True),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor", total=True),
        MomentColumn("executed_at", say("Done"), sort="executed_at", nullable=True),
        ErrorColumn("error_code", say("Error")),
        BadgeColumn("state", say("State"), sort="state", lead=True, of=RequestState),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.run = run_by_id(kwargs["execution_id"])
        self.title = say("{what} of {name}", what=_title(self.run), name=self.run.name)
        return super().dispatch(request, *args, **kwargs)

    def queryset(self) -> QuerySet:
        return requests_of(self.run.pk)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": [
                Crumb(say("Automatic payment runs"), page_url("payment_runs"))
                if self.run.kind == "payments"
                else Crumb(say("Runs"), page_url("runs")),
                Crumb(self.run.name, page_url("run", self.run.pk)),
                Crumb(_title(self.run)),
            ]
        }
