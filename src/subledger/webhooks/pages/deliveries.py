"""Deliveries of an endpoint: the list, one as it went, and sending again."""

from __future__ import annotations

from typing import Any

import orjson
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel import ids
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, CountColumn
from subledger.page_kit.criteria import Choice, Search
from subledger.page_kit.fields import DayField
from subledger.page_kit.kinds import crumbs_to
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event
from subledger.webhooks import queries
from subledger.webhooks.services import replays
from subledger.webhooks.services.delivery import body_of
from subledger.webhooks.services.sender import USER_AGENT
from subledger.webhooks.services.spans import span_of_days
from subledger.webhooks.states import DeliveryState, EndpointState

from .endpoints import DELIVERY_COLUMNS, WEBHOOKS, OnEndpoint, endpoint_url

REPLAY = "webhooks.replay"


class DeliveriesPage(OnEndpoint, SummaryPage):
    noun = "delivery"
    noun_plural = "deliveries"
    empty = "Nothing was delivered yet. Send a test."
    criteria = (
        Choice("state", "State", choices=[(s.value, s.value) for s in DeliveryState]),
        Search("q", "Event", fields=("event_type__icontains",)),
    )
    columns = DELIVERY_COLUMNS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(**kwargs)
        self.title = "Deliveries"
        return super().dispatch(request)

    def queryset(self) -> QuerySet:
        return queries.deliveries().filter(endpoint=self.row)

    def extra(self) -> dict[str, Any]:
        return {"crumbs": self.below_it(self.title)["crumbs"]}


TRY_COLUMNS = (
    Column("at", "When"),
    Column("status", "Answer"),
    Column("error", "Why not", strong=True),
    CountColumn("took_ms", "Milliseconds"),
)


class DeliveryPage(DetailPage):
    """One delivery: what was sent, and what was answered."""

    template_name = "webhooks/delivery.html"

    def prepare(self, delivery_id: int) -> None:
        self.row = queries.delivery_by_id(delivery_id)
        self.title = self.row.event_type

    def extra(self) -> dict[str, Any]:
        row, endpoint = self.row, self.row.endpoint
        event = Event.objects.get(pk=row.event_id)
        is_pending = row.state == DeliveryState.PENDING
        facts: list[tuple[str, Any]] = [
            ("Event", ids.encode(Event.PREFIX, row.event_id)),
            ("Endpoint", endpoint.url),
            ("Asked for again", "Yes" if row.kind == "replay" else ""),
            ("Happened", show.moment(row.created_at)),
            ("Attempts", row.attempts),
            ("Last attempt", show.moment(row.attempted_at) if row.attempted_at else ""),
            ("Answer", row.status or ""),
            ("Milliseconds", row.took_ms if row.took_ms is not None else ""),
            ("Next attempt", show.moment(row.next_at) if is_pending else ""),
        ]
        sent = {"content-type": "application/json", "user-agent": USER_AGENT}
        if row.attempted_at:
            sent |= {
                "webhook-id": ids.encode(Event.PREFIX, row.event_id),
                "webhook-timestamp": str(int(row.attempted_at.timestamp())),
                "webhook-signature": "v1,…",
            }
        can = may(self.request, REPLAY) and endpoint.state == EndpointState.ACTIVE
        label = "Try it now" if is_pending else "Send it again"
        return {
            "crumbs": crumbs_to(
                (WEBHOOKS, page_url("webhook_endpoints")),
                (endpoint.url, endpoint_url(endpoint) if endpoint.state != EndpointState.DELETED else ""),
                (self.title, ""),
            ),
            "state": row.state,
            "row": row,
            "actions": [Action(label, page_url("webhook_delivery_again", row.pk), "refresh")] if can else [],
            "facts": [fact for fact in facts if fact[1] != ""],
            "headers": "\n".join(f"{name}: {value}" for name, value in sent.items()),
            "body": orjson.dumps(orjson.loads(body_of(event)), option=orjson.OPT_INDENT_2).decode(),
            "tables": [
                {"title": "Attempts that failed", "table": table(TRY_COLUMNS, row.tries[::-1])}
            ] if row.tries else [],
        }  # fmt: skip


class DeliveryAgainPage(FormPage):
    permission = REPLAY
    template_name = "page_kit/confirm.html"
    submit_label = "Send it"

    def prepare(self, delivery_id: int) -> None:
        self.row = queries.delivery_by_id(delivery_id)
        self.title = "Try it now" if self.row.state == DeliveryState.PENDING else "Send it again"

    def extra(self) -> dict[str, Any]:
        url = page_url("webhook_delivery", self.row.pk)
        return {
            "crumbs": crumbs_to(
                (WEBHOOKS, page_url("webhook_endpoints")), (self.row.event_type, url), (self.title, "")
            ),
            "question": f"{self.title}: {self.row.event_type} to {self.row.endpoint.url}",
            "consequences": ["It bears the same id as before: a receiver that has it already may leave it alone."],
            "cancel_url": url,
        }

    def act(self, form: Form) -> str:
        replays.replay_event(endpoint_id=self.row.endpoint_id, event_id=self.row.event_id, actor=actor(self.request))
        return endpoint_url(self.row.endpoint)


class ReplayForm(forms.Form):
    since = DayField(label="From", required=True)
    until = DayField(label="To", help_text="The day itself included; to now when left out.")


class ReplayPage(OnEndpoint, FormPage):
    permission = REPLAY
    title = "Send events again"
    form_class = ReplayForm
    submit_label = "Send again"

    def extra(self) -> dict[str, Any]:
        intro = "What happened on these days and is among the endpoint's events is sent again, with the ids it had."
        return {**self.below_it(self.title), "intro": intro}

    def act(self, form: Form) -> str:
        said = form.cleaned_data
        zone = self.request.staff.company.time_zone
        since, until = span_of_days(said["since"], said["until"], zone)
        done = replays.replay(endpoint_id=self.row.pk, since=since, until=until, actor=actor(self.request))
        messages.success(self.request, f"{done.events} events are sent again.")
        return endpoint_url(self.row)
