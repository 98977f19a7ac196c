"""Providers: which gateways, whose keys, which methods. Secrets are typed, and never shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.urls import reverse

from subledger.companies.entries import version_of_entry
from subledger.gateways.kind import GatewayKind, limit_of
from subledger.gateways.models import InboxEvent, Provider, RefusedDelivery
from subledger.gateways.pages.common import crumbs_to, gateway_tabs
from subledger.gateways.pages.forms import CREDITOR, ProviderForm, initial_of
from subledger.gateways.pages.marked_files import marked_table
from subledger.gateways.queries import provider_by_id
from subledger.gateways.registry import kind_named, kinds
from subledger.gateways.services.providers import delete_provider, save_provider, set_state
from subledger.gateways.states import OPEN, InboxState, ProviderState
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.page_kit.access import actor
from subledger.page_kit.columns import (
    BadgeColumn,
    Column,
    CountColumn,
    DayColumn,
    MomentColumn,
    NameColumn,
    WordColumn,
)
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event
from subledger.platform.public_address import public_url

PROVIDERS = say("Providers")


def provider_url(row: Provider) -> str:
    return page_url("provider", row.pk)


class KindColumn(Column):
    def show(self, row: Any) -> str:
        return kind_named(row.kind).title


class CurrenciesColumn(Column):
    def show(self, row: Any) -> str:
        return ", ".join(row.currencies).upper() or say("All it takes")


class ProvidersPage(SummaryPage):
    title = PROVIDERS
    noun = say("provider")
    empty = say("Set up the gateway with which the company has a merchant account.")
    default_sort = "name"
    columns = (
        NameColumn("name", say("Name"), sort="name", link=provider_url, strong=True),
        KindColumn("kind", say("Gateway"), sort="kind"),
        WordColumn("mode", say("Mode"), sort="mode"),
        CurrenciesColumn("currencies", say("Currencies")),
        CountColumn("open_count", say("Open requests")),
        BadgeColumn("state", say("State"), sort="state", lead=True),
    )

    def queryset(self) -> QuerySet:
        is_open = Q(requests__state__in=sorted(OPEN))
        return Provider.objects.annotate(open_count=Count("requests", filter=is_open))

    def extra(self) -> dict[str, Any]:
        new = [
            Action(say("New {title} provider", title=kind.title), page_url("provider_new", kind.name), "plus")
            for kind in kinds().values()
            if may(self.request, "gateways.edit")
        ]
        return {"tabs": gateway_tabs("providers"), "actions": new}


class OnProvider:
    """Mixed into pages about one provider."""

    provider: Any
    request: Any

    def prepare(self, provider_id: int) -> None:
        self.provider = provider_by_id(provider_id)
        self.kind = kind_named(self.provider.kind)

    def crumbs(self, *steps: tuple[str, str]) -> dict[str, Any]:
        here = (self.provider.name, provider_url(self.provider) if steps else "")
        return {"crumbs": crumbs_to((PROVIDERS, page_url("providers")), here, *steps)}


class ProviderPage(OnProvider, DetailPage):
    template_name = "gateways/provider.html"

    def prepare(self, provider_id: int) -> None:
        super().prepare(provider_id)
        self.title = self.provider.name

    def extra(self) -> dict[str, Any]:
        provider, request = self.provider, self.request
        waiting = provider.requests.filter(state__in=sorted(OPEN)).count()
        tiles: list[dict[str, Any]] = [
            {
                "label": say("Open requests"),
                "value": show.count(waiting),
                "url": f"{page_url('gateways')}?provider={provider.public_id}&state=open",
            }
        ]
        tables = []
        if self.kind.executes:
            failed = InboxEvent.objects.filter(provider=provider, state=InboxState.FAILED).count()
            tiles.append(
                {
                    "label": say("Events that failed"),
                    "value": show.count(failed),
                    "tone": "bad" if failed else "good",
                    "hint": say("replay them from the list") if failed else say("every event was taken in"),
                    "url": f"{page_url('inbox')}?provider={provider.public_id}&state=failed",
                }
            )
            tables.append(refused_table(RefusedDelivery.objects.filter(provider=provider)))
        elif may(request, "gateways.charge"):
            tables.append(marked_table(provider))
        webhook = f"/webhooks/{provider.kind}/{provider.public_id}"
        events = Event.objects.filter(object_id=provider.pk).order_by("-id")[:50]
        return {
            **self.crumbs(),
            "state": provider.state,
            "page_subtitle": say("{kind} · {mode} mode", kind=self.kind.title, mode=show.word(provider.mode)),
            "actions": actions_for(request, provider, self.kind),
            "tiles": tiles,
            "tables": tables,
            "webhook": public_url(request, webhook) if self.kind.has_keys else "",
            "facts": self._facts(),
            "timeline": entries_of(events, own=provider.pk),
        }

    def _facts(self) -> list[tuple[str, Any]]:
        provider, kind = self.provider, self.kind

        def names(rows: Any) -> str:
            return ", ".join(str(row) for row in rows.all()) or say("none")

        facts: list[tuple[str, Any]] = [(say("Gateway"), kind.title), (say("Code"), provider.code)]
        if kind.has_keys:
            held = len(provider.sealed_webhook_secrets)
            facts += [
                (say("Test key"), _set(provider.sealed_test_key)),
                (say("Live key"), _set(provider.sealed_live_key)),
                (say("Webhook secrets"), say("{held} set", held=held) if held else say("not set")),
            ]
        facts += [
            (say("Payment methods"), names(provider.payment_methods)),
            (say("Refund methods"), names(provider.refund_methods)),
            (say("Cancellations that pay back"), names(provider.cancellation_types)),
            (say("Account payment methods"), names(provider.preferences)),
            (say("Currencies"), ", ".join(provider.currencies).upper() or say("all it takes")),
            (say("Its payments"), " · ".join(str(x) for x in (provider.payment_type, provider.payment_method) if x)),
            (say("Its refunds"), provider.refund_method or ""),
            (say("Fees are booked to"), provider.fee_account or "nothing"),
            (say("Time limit, hours"), provider.action_hours),
            (say("Rate limit, calls a second"), _rate_limit(provider, kind)),
            (say("Version of its API"), provider.api_version),
            (say("Address of its API"), provider.base_url),
        ]
        facts += [(say("Our {name}", name=plain(name)), provider.creditor.get(name, "")) for name in CREDITOR]
        return [(label, value) for label, value in facts if value]


def _rate_limit(provider: Provider, kind: GatewayKind) -> str:
    """The limit that its calls keep to, its own or its account's. A gateway that we do not call has none to say."""
    if not kind.executes:
        return ""
    limit = limit_of(kind.limits, provider.mode, base_url=provider.base_url, chosen=provider.calls_per_second)
    if limit is None:
        return say("none")
    return str(limit) if provider.calls_per_second else say("{limit}, the account's", limit=limit)


def _set(sealed: str) -> str:
    return say("set") if sealed else say("not set")


def refused_table(rows: QuerySet) -> dict[str, Any]:
    """Deliveries that were refused, by day and reason."""
    columns = (
        DayColumn("on", say("Day")),
        WordColumn("reason", say("Reason"), strong=True),
        CountColumn("count", say("How many"), lead=True),
        MomentColumn("last_at", say("Last")),
        NameColumn("detail", say("What the last one was told")),
    )
    return {
        "title": say("Refused deliveries"),
        "table": table(columns, rows.order_by("-on", "reason")[:30]),
        "text": say("None: whatever was delivered came from the gateway."),
    }


def actions_for(request: Any, provider: Provider, kind: GatewayKind) -> list[Action]:
    actions = []
    if may(request, "gateways.charge") and not kind.executes:
        actions += [
            Action(say("Export pending requests"), page_url("provider_export", provider.pk), "download"),
            Action(say("Import results"), page_url("provider_results", provider.pk), "upload"),
        ]
    if may(request, "gateways.edit"):
        is_effective = provider.state == ProviderState.EFFECTIVE
        verb = "deactivate" if is_effective else "activate"
        actions += [
            Action(say("Edit provider"), page_url("provider_edit", provider.pk), "pencil"),
            Action(
                say("Deactivate") if is_effective else say("Activate"),
                page_url("provider_state", provider.pk, verb),
                "ban" if is_effective else "bolt",
            ),
            Action(say("Delete provider"), page_url("provider_delete", provider.pk), "trash", danger=True),
        ]
    return actions


class ProviderFormPage(FormPage):
    permission = "gateways.edit"
    kind: GatewayKind
    provider: Any = None  # of a new one there is none yet

    def form(self, data: Any = None, files: Any = None) -> Form:
        return ProviderForm(data, initial=self.initial(), kind=self.kind, provider=self.provider)

    def version(self) -> str:
        return version_of_entry(self.provider) if self.provider else ""

    def edits(self) -> int:
        return int(self.provider.pk if self.provider else 0)

    def act(self, form: Form) -> str:
        values = form.values()  # type: ignore[attr-defined]
        if self.provider is None:
            values["kind"] = self.kind.name
        provider = save_provider(
            ident=self.provider.pk if self.provider else None,
            values=values,
            version=self.seen,
            actor=actor(self.request),
        )
        messages.success(self.request, say("{name} is saved.", name=provider.name))
        return provider_url(provider)

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        answer = super().rendered(form, status, sections=form.sections(), **context)  # type: ignore[attr-defined]
        answer["Cache-Control"] = "no-store"
        return answer


class ProviderNewPage(ProviderFormPage):
    def prepare(self, kind: str) -> None:
        if kind not in kinds():
            raise NotFound(say("kind of gateway"), kind)
        self.kind = kind_named(kind)
        self.title = say("New {title} provider", title=self.kind.title)

    def initial(self) -> dict[str, Any]:
        return {"name": self.kind.title, "code": self.kind.name}

    def extra(self) -> dict[str, Any]:
        listed = page_url("providers")
        return {"crumbs": crumbs_to((PROVIDERS, listed), (self.title, "")), "cancel_url": listed}


class ProviderEditPage(OnProvider, ProviderFormPage):
    def prepare(self, provider_id: int) -> None:
        super().prepare(provider_id)
        self.title = say("Edit {name}", name=self.provider.name)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.provider)

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs((say("Edit"), "")), "cancel_url": provider_url(self.provider)}


class ProviderConfirmPage(OnProvider, FormPage):
    permission = "gateways.edit"
    template_name = "page_kit/confirm.html"

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs((self.title, "")), "cancel_url": provider_url(self.provider)}


class ProviderStatePage(ProviderConfirmPage):
    CONSEQUENCES = {
        "activate": [
            say("Payments, refunds and cancellations by its methods go through the gateway from now on."),
            say("Customers can pay invoices and register cards on its pages."),
        ],
        "deactivate": [
            say("Nothing new is collected or refunded through it; its methods are refused."),
            say("What was sent already is followed to its end."),
        ],
    }

    def prepare(self, provider_id: int, verb: str) -> None:  # type: ignore[override]
        super().prepare(provider_id)
        if verb not in self.CONSEQUENCES:
            raise NotFound("action", verb)
        self.verb = verb
        self.title = self.submit_label = say("Activate") if verb == "activate" else say("Deactivate")

    def act(self, form: Form) -> str:
        state = ProviderState.EFFECTIVE if self.verb == "activate" else ProviderState.NOT_EFFECTIVE
        set_state(provider_id=self.provider.pk, state=state, actor=actor(self.request))
        messages.success(
            self.request, say("{provider} is {state}.", provider=self.provider.name, state=show.word(state).lower())
        )
        return provider_url(self.provider)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "question": say("{deed}: {provider}?", deed=self.title, provider=self.provider.name),
            "consequences": self.CONSEQUENCES[self.verb],
        }


class ProviderDeletePage(ProviderConfirmPage):
    title = submit_label = say("Delete provider")

    def act(self, form: Form) -> str:
        delete_provider(provider_id=self.provider.pk, actor=actor(self.request))
        messages.success(self.request, say("{name} is deleted.", name=self.provider.name))
        return reverse("backoffice:providers")

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "danger": True,
            "question": say("Delete {name} with its keys?", name=self.provider.name),
            "consequences": [say("One that did something already cannot be deleted: deactivate it instead.")],
        }
