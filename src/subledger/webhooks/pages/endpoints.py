"""Webhook endpoints: the list, one of them, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import CharField, F, Func, QuerySet, Value
from django.forms import Form
from django.http import Http404
from django.http.response import HttpResponseBase

from subledger.companies.queries import names_of
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, CountColumn, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice, Search, in_words
from subledger.page_kit.kinds import below, crumbs_to
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event
from subledger.webhooks import queries
from subledger.webhooks.services import endpoints as services
from subledger.webhooks.states import EndpointState

from .event_words import REASONS

WEBHOOKS = say("Webhooks")
EDIT = "webhooks.edit"


def endpoint_url(row: Any) -> str:
    return page_url("webhook_endpoint", row.pk)


def delivery_url(row: Any) -> str:
    return page_url("webhook_delivery", row.pk)


DELIVERY_COLUMNS = (
    Column("event_type", say("Event"), strong=True, link=delivery_url),
    MomentColumn("created_at", say("Happened")),
    MomentColumn("attempted_at", say("Last attempt")),
    CountColumn("attempts", say("Attempts")),
    Column("status", say("Answer")),
    NameColumn("error", say("Why not")),
    BadgeColumn("state", say("State"), lead=True),
)


class FiltersColumn(Column):
    def show(self, row: Any) -> str:
        return " ".join(row.filters)

    def export(self, row: Any) -> Any:
        return " ".join(row.filters)


class EndpointsPage(SummaryPage):
    title = WEBHOOKS
    subtitle = say("Addresses that are told what happens, as it happens.")
    noun = say("endpoint")
    empty = say("Nobody is told of what happens here. Add an endpoint for each program that wants to know.")
    criteria = (
        Search("q", say("Search"), fields=("host__icontains", "description__icontains")),
        Choice("state", say("State"), choices=in_words(s for s in EndpointState if s != EndpointState.DELETED)),
    )
    columns = (
        NameColumn("shown_url", say("Address"), sort="host", strong=True, link=endpoint_url),
        FiltersColumn("filters", say("Events")),
        NameColumn("description", say("Description")),
        MomentColumn("failing_since", say("Failing since")),
        BadgeColumn("state", say("State"), lead=True),
    )

    def queryset(self) -> QuerySet:
        host = Func(F("url"), Value("/"), Value(3), function="split_part", output_field=CharField())
        return queries.endpoints().annotate(host=host)  # more of it would let a reader try a token, letter by letter

    def extra(self) -> dict[str, Any]:
        new = [Action(say("New endpoint"), page_url("webhook_endpoint_new"), "plus")]
        return {"crumbs": crumbs_to((self.title, "")), "actions": new if may(self.request, EDIT) else []}


class OnEndpoint:
    """Mixed into pages about one endpoint."""

    request: Any
    title: str
    row: Any

    def prepare(self, endpoint_id: int) -> None:
        self.row = queries.endpoint_by_id(endpoint_id)

    def below_it(self, title: str) -> dict[str, Any]:
        crumbs = crumbs_to(
            (WEBHOOKS, page_url("webhook_endpoints")), (self.row.shown_url, endpoint_url(self.row)), (title, "")
        )
        return {"crumbs": crumbs, "cancel_url": endpoint_url(self.row)}


class EndpointPage(OnEndpoint, DetailPage):
    template_name = "webhooks/endpoint.html"

    def prepare(self, endpoint_id: int) -> None:
        super().prepare(endpoint_id)
        self.title = self.row.shown_url

    def extra(self) -> dict[str, Any]:
        row = self.row
        waiting, failed = queries.counts_of([row.pk]).get(row.pk, (0, 0))
        listed = page_url("webhook_deliveries", row.pk)
        events = Event.objects.filter(object_type="webhook_endpoint", object_id=row.pk).order_by("-id")[:50]
        facts: list[tuple[str, Any]] = [
            (say("Events"), " ".join(row.filters)),
            (say("Description"), row.description),
            (say("Secret"), row.secret_hint),
            (say("Old secret signs until"), show.moment(row.old_secret_until) if row.old_secret_until else ""),
            (say("Failing since"), show.moment(row.failing_since) if row.failing_since else ""),
            (say("Disabled"), show.moment(row.disabled_at) if row.disabled_at else ""),
            (say("Created"), show.moment(row.created_at)),
            (say("By"), names_of([row.actor])[row.actor]),
        ]
        return {
            "crumbs": crumbs_to((WEBHOOKS, page_url("webhook_endpoints")), (row.shown_url, "")),
            "state": row.state,
            "actions": self._actions(),
            "disabled_why": REASONS.get(row.disabled_reason, ""),
            "enable_url": page_url("webhook_endpoint_action", row.pk, "enable") if may(self.request, EDIT) else "",
            "tiles": [
                {"label": say("Waiting"), "value": show.count(waiting), "url": f"{listed}?state=pending"},
                {
                    "label": say("Given up"),
                    "value": show.count(failed),
                    "tone": "bad" if failed else "",
                    "url": f"{listed}?state=failed",
                },
            ],
            "tables": [
                {
                    "title": say("Deliveries"),
                    "table": table(DELIVERY_COLUMNS, list(queries.deliveries().filter(endpoint=row)[:20])),
                    "text": say("Nothing was delivered yet. Send a test."),
                    "url": listed,
                }
            ],
            "facts": [fact for fact in facts if fact[1] != ""],
            "timeline": entries_of(events, own=row.pk),
        }

    def _actions(self) -> list[Action]:
        ident, found = self.row.pk, []
        is_active = self.row.state == EndpointState.ACTIVE
        if may(self.request, EDIT) and is_active:
            found.append(Action(say("Send a test"), page_url("webhook_endpoint_action", ident, "test"), "send"))
        if may(self.request, "webhooks.replay") and is_active:
            found.append(Action(say("Send events again"), page_url("webhook_replay", ident), "refresh"))
        if may(self.request, EDIT):
            other = ("disable", say("Disable"), "ban") if is_active else ("enable", say("Enable"), "bolt")
            found += [
                Action(say("Edit"), page_url("webhook_endpoint_edit", ident), "pencil"),
                Action(say("New secret"), page_url("webhook_endpoint_secret", ident), "lock"),
                Action(other[1], page_url("webhook_endpoint_action", ident, other[0]), other[2]),
                Action(say("Delete"), page_url("webhook_endpoint_action", ident, "delete"), "trash", danger=True),
            ]
        return found


class EndpointForm(forms.Form):
    url = forms.CharField(label=say("Address"), max_length=2000, help_text=say("Events are posted to it, by https."))
    filters = forms.CharField(
        label=say("Events"),
        initial="*",
        max_length=5000,
        help_text=say("Types such as invoice.posted, with * for any part: invoice.* or *.posted. Put spaces between."),
    )
    description = forms.CharField(label=say("Description"), required=False, max_length=300)


def typed(form: Form) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "url": said["url"],
        "filters": said["filters"].replace(",", " ").split(),
        "description": said["description"],
    }


class SecretShown(FormPage):
    """A form after which a secret is shown, this once."""

    template_name = "webhooks/secret.html"
    permission = EDIT
    secret = ""

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        self.secret = ""
        answer = super().post(request, **named)
        if not self.secret:
            return answer
        shown = self.shown(form=self.form(), secret=self.secret, next_url=self.next_url)
        shown["Cache-Control"] = "no-store"
        return shown

    next_url = ""


class EndpointNewPage(SecretShown):
    title = say("New endpoint")
    form_class = EndpointForm
    submit_label = say("Create")

    def act(self, form: Form) -> str:
        row, self.secret = services.create_endpoint(**typed(form), actor=actor(self.request))
        self.next_url = endpoint_url(row)
        return self.next_url

    def extra(self) -> dict[str, Any]:
        return below(WEBHOOKS, page_url("webhook_endpoints"), self.title)


class EndpointSecretPage(OnEndpoint, SecretShown):
    title = submit_label = say("New secret")

    def act(self, form: Form) -> str:
        row, self.secret = services.rotate_secret(endpoint_id=self.row.pk, actor=actor(self.request))
        self.next_url = endpoint_url(row)
        return self.next_url

    def extra(self) -> dict[str, Any]:
        return {
            **self.below_it(self.title),
            "question": say("Give {url} a new secret?", url=self.row.shown_url),
            "consequences": [
                say("The new secret is shown once."),
                say("For 24 hours the old one signs beside it: enter the new one at the receiver by then."),
            ],
        }


class EndpointEditPage(OnEndpoint, FormPage):
    permission = EDIT
    title = say("Edit the endpoint")
    form_class = EndpointForm
    done = say("Saved.")

    def initial(self) -> dict[str, Any]:
        row = self.row
        return {"url": row.url, "filters": " ".join(row.filters), "description": row.description}

    def version(self) -> str:
        return services.version_of_endpoint(self.row)

    def edits(self) -> int:
        return int(self.row.pk)

    def act(self, form: Form) -> str:
        services.update_endpoint(
            endpoint_id=self.row.pk, changes=typed(form), version=self.seen, actor=actor(self.request)
        )
        return endpoint_url(self.row)

    def extra(self) -> dict[str, Any]:
        return self.below_it(self.title)


class EndpointActionPage(OnEndpoint, FormPage):
    """Asked before it is done: tested, enabled, disabled, deleted."""

    permission = EDIT
    template_name = "page_kit/confirm.html"
    SAID = {
        "test": (
            say("Send a test"),
            say("It is sent a webhook_endpoint.tested, whatever its events are."),
            say("The test is sent."),
        ),
        "enable": (
            say("Enable"),
            say("What happened since is delivered: nothing is lost."),
            say("The endpoint is enabled."),
        ),
        "disable": (
            say("Disable"),
            say("Nothing is delivered until it is enabled again. Its place is kept."),
            say("The endpoint is disabled."),
        ),
        "delete": (
            say("Delete"),
            say("What waits for it is not delivered, and it is told of nothing more."),
            say("The endpoint is deleted."),
        ),
    }

    def prepare(self, endpoint_id: int, verb: str) -> None:  # type: ignore[override]
        super().prepare(endpoint_id)
        if verb not in self.SAID:
            raise Http404
        self.verb = verb
        self.submit_label, self.says, self.done = self.SAID[self.verb]
        self.title = self.submit_label

    def extra(self) -> dict[str, Any]:
        return {
            **self.below_it(self.title),
            "question": say("{deed}: {url}", deed=self.title, url=self.row.shown_url),
            "consequences": [self.says],
            "danger": self.verb == "delete",
        }

    def act(self, form: Form) -> str:
        if self.verb == "delete":
            services.delete_endpoint(endpoint_id=self.row.pk, actor=actor(self.request))
            return page_url("webhook_endpoints")
        deed = {
            "test": services.send_test,
            "enable": services.enable_endpoint,
            "disable": services.disable_endpoint,
        }[self.verb]
        deed(endpoint_id=self.row.pk, actor=actor(self.request))
        return endpoint_url(self.row)
