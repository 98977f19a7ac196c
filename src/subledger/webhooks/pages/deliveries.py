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
from subledger.kernel.sentences import say, say_of
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, CountColumn
from subledger.page_kit.criteria import Choice, Search, in_words
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
from subledger.webhooks.states import DeliveryKind, DeliveryState, EndpointState

from .endpoints import DELIVERY_COLUMNS, WEBHOOKS, OnEndpoint, endpoint_url

REPLAY = "webhooks.replay"


class DeliveriesPage(OnEndpoint, SummaryPage):
    noun = say("delivery")
    noun_plural = say("deliveries")
    empty = say("Nothing was delivered yet. Send a test.")
    criteria = (
        Choice("state", say("State"), choices=in_words(DeliveryState)),
        Search("q", say("Event"), fields=("event_type__icontains",)),
    )
    columns = DELIVERY_COLUMNS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(**kwargs)
        self.title = say("Deliveries")
        return super().dispatch(request)

    def queryset(self) -> QuerySet:
        return queries.deliveries().filter(endpoint=self.row)

    def extra(self) -> dict[str, Any]:
        return {"crumbs": self.below_it(self.title)["crumbs"]}


TRY_COLUMNS = (
    Column("at", say("When")),
    Column("status", say("Answer")),
    Column("error", say("Why not"), strong=True),
    CountColumn("took_ms", say("Milliseconds")),
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
            (say("Event"), ids.encode(Event.PREFIX, row.event_id)),
            (say("Endpoint"), endpoint.shown_url),
            (say("Asked for again"), say("Yes") if row.kind == DeliveryKind.REPLAY else ""),
            (say("Happened"), show.moment(row.created_at)),
            (say("Attempts"), row.attempts),
            (say("Last attempt"), show.moment(row.attempted_at) if row.attempted_at else ""),
            (say("Answer"), row.status or ""),
            (say("Milliseconds"), row.took_ms if row.took_ms is not None else ""),
            (say("Next attempt"), show.moment(row.next_at) if is_pending else ""),
        ]
        sent = {"content-type": "application/json", "user-agent": USER_AGENT}
        if row.attempted_at:
            sent |= {
                "webhook-id": ids.encode(Event.PREFIX, row.event_id),
                "webhook-timestamp": str(int(row.attempted_at.timestamp())),
                "webhook-signature": "v1,…",
            }
        can = may(self.request, REPLAY) and endpoint.state == EndpointState.ACTIVE
        label = say("Try it now") if is_pending else say("Send it again")
        return {
            "crumbs": crumbs_to(
                (WEBHOOKS, page_url("webhook_endpoints")),
                (endpoint.shown_url, endpoint_url(endpoint) if endpoint.state != EndpointState.DELETED else ""),
                (self.title, ""),
            ),
            "state": row.state,
            "row": row,
            "actions": [Action(label, page_url("webhook_delivery_again", row.pk), "refresh")] if can else [],
            "facts": [fact for fact in facts if fact[1] != ""],
            "headers": "\n".join(f"{name}: {value}" for name, value in sent.items()),
            "body": orjson.dumps(orjson.loads(body_of(event)), option=orjson.OPT_INDENT_2).decode(),
            "tables": [
                {"title": say("Attempts that failed"), "table": table(TRY_COLUMNS, row.tries[::-1])}
            ] if row.tries else [],
        }  # fmt: skip


class DeliveryAgainPage(FormPage):
    permission = REPLAY
    template_name = "page_kit/confirm.html"
    submit_label = say("Send it")

    def prepare(self, delivery_id: int) -> None:
        self.row = queries.delivery_by_id(delivery_id)
        self.title = say("Try it now") if self.row.state == DeliveryState.PENDING else say("Send it again")

    def extra(self) -> dict[str, Any]:
        url = page_url("webhook_delivery", self.row.pk)
        return {
            "crumbs": crumbs_to(
                (WEBHOOKS, page_url("webhook_endpoints")), (self.row.event_type, url), (self.title, "")
            ),
            "question": say(
                "{deed}: {event} to {url}", deed=self.title, event=self.row.event_type, url=self.row.endpoint.shown_url
            ),
            "consequences": [say("It bears the same id as before: a receiver that has it already may leave it alone.")],
            "cancel_url": url,
        }

    def act(self, form: Form) -> str:
        replays.replay_event(endpoint_id=self.row.endpoint_id, event_id=self.row.event_id, actor=actor(self.request))
        return endpoint_url(self.row.endpoint)


class ReplayForm(forms.Form):
    since = DayField(label=say("From"), required=True)
    until = DayField(label=say_of("day", "To"), help_text=say("The day itself included; to now when left out."))


class ReplayPage(OnEndpoint, FormPage):
    permission = REPLAY
    title = say("Send events again")
    form_class = ReplayForm
    submit_label = say("Send again")

    def extra(self) -> dict[str, Any]:
        intro = say(
            "What happened on these days and is among the endpoint's events is sent again, with the ids it had."
        )
        return {**self.below_it(self.title), "intro": intro}

    def act(self, form: Form) -> str:
        said = form.cleaned_data
        zone = self.request.staff.company.time_zone
        since, until = span_of_days(said["since"], said["until"], zone)
        done = replays.replay(endpoint_id=self.row.pk, since=since, until=until, actor=actor(self.request))
        messages.success(self.request, say("{events} events are sent again.", events=done.events))
        return endpoint_url(self.row)
