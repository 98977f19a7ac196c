"""Events that gateways sent: taken in once, worked off by the worker, replayed when a person asks."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.gateways.models import InboxEvent, RefusedDelivery
from subledger.gateways.pages.common import crumbs_to, gateway_tabs
from subledger.gateways.pages.providers import refused_table
from subledger.gateways.pages.requests import ProviderChoice, provider_choices, when_of
from subledger.gateways.queries import inbox
from subledger.gateways.services.inbox import process, replay
from subledger.gateways.states import InboxState
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, CountColumn, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice, Search, in_words
from subledger.page_kit.navigation import Action, linked, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event

EVENTS = say("Events")
# What an event's object may hold that need not be read by everybody: shown as dots, whatever its depth.
SECRET = frozenset({"client_secret", "secret", "fingerprint", "number", "cvc", "iban"})


def event_url(row: InboxEvent) -> str:
    return page_url("inbox_event", row.pk)


class TypeColumn(Column):
    """What happened, and under it to what."""

    def show(self, row: Any) -> SafeString | str:
        about = row.object_reference
        return format_html('{}<span class="why">{}</span>', row.type, about) if about else row.type


class StateColumn(BadgeColumn):
    """The state, and under it what went wrong."""

    def show(self, row: Any) -> SafeString | str:
        badge = super().show(row)
        return format_html('{}<span class="why">{}</span>', badge, row.error) if row.error else badge


class InboxPage(SummaryPage):
    title = EVENTS
    noun = say("event")
    filename = "gateway-events"
    template_name = "gateways/inbox.html"
    empty = say("Enter the webhook address of a provider at its gateway, or fetch events with subledger stripe listen.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("external_id__istartswith", "object_reference__istartswith", "type__istartswith"),
        ),
        ProviderChoice("provider", say("Provider"), choices=provider_choices),
        Choice("state", say("State"), choices=in_words(InboxState)),
        when_of("received_at", say("Received")),
    )
    columns = (
        TypeColumn("type", say("Type"), sort="type", link=event_url, strong=True),
        NameColumn("provider.name", say("Provider")),
        MomentColumn("created_at", say("Happened"), sort="created_at"),
        MomentColumn("received_at", say("Received"), sort="received_at"),
        CountColumn("tries", say("Tries")),
        StateColumn("state", say("State"), sort="state", lead=True, css="col-why"),
        Column("object_reference", say("About"), file_only=True),
        Column("error", say("Error"), file_only=True),
        Column("external_id", say("Id at the gateway"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return inbox()

    def extra(self) -> dict[str, Any]:
        return {"tabs": gateway_tabs("inbox"), "refused": refused_table(RefusedDelivery.objects.all())}


class OnEvent:
    """Mixed into pages about one event."""

    def prepare(self, event_id: int) -> None:
        found = InboxEvent.objects.select_related("provider").filter(pk=event_id).first()
        if found is None:
            raise NotFound(InboxEvent, event_id, noun=say("event"))
        self.event: InboxEvent = found

    def crumbs(self, *steps: str) -> dict[str, Any]:
        here = (self.event.external_id, event_url(self.event) if steps else "")
        return {"crumbs": crumbs_to((EVENTS, page_url("inbox")), here, *((step, "") for step in steps))}


class InboxEventPage(OnEvent, DetailPage):
    template_name = "gateways/inbox_event.html"

    def extra(self) -> dict[str, Any]:
        event = self.event
        actions = []
        if may(self.request, "gateways.charge"):
            actions.append(Action(say("Replay"), page_url("inbox_replay", event.pk), "refresh"))
        facts = [
            (say("Provider"), linked(event.provider.name, page_url("provider", event.provider_id))),
            (say("About"), event.object_reference),
            (say("Happened"), show.moment(event.created_at)),
            (say("Received"), show.moment(event.received_at)),
            (say("Processed"), event.processed_at and show.moment(event.processed_at)),
            (say("Tries"), event.tries),
            (say("Next try"), event.process_at and show.moment(event.process_at)),
        ]
        return {
            **self.crumbs(),
            "page_title": event.type,
            "page_subtitle": event.external_id,
            "state": event.state,
            "actions": actions,
            "event_error": event.error,
            "body": readable(bytes(event.body)),
            "facts": [(label, value) for label, value in facts if value],
            "timeline": entries_of(Event.objects.filter(object_id=event.pk).order_by("-id")[:50], own=event.pk),
        }


def readable(body: bytes) -> str:
    """A raw body for reading: indented, and without what opens something or names somebody's bank account."""
    try:
        return json.dumps(_veiled(json.loads(body)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _veiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "•••" if name in SECRET and each else _veiled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_veiled(each) for each in value]
    return value


class InboxReplayPage(OnEvent, FormPage):
    permission = "gateways.charge"
    title = submit_label = say("Replay")
    template_name = "page_kit/confirm.html"

    def act(self, form: Form) -> str:
        replay(event_id=self.event.pk, actor=actor(self.request))
        process(self.event.provider_id, event_ids=[self.event.pk])
        return event_url(self.event)

    def extra(self) -> dict[str, Any]:
        return {
            **self.crumbs(self.title),
            "cancel_url": event_url(self.event),
            "question": say("Work off {type} once more?", type=self.event.type),
            "consequences": [
                say("The gateway is asked how things stand now; what is known already changes nothing."),
                say("Nothing is paid or posted a second time."),
            ],
        }
