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
from subledger.gateways.queries import provider_by_id
from subledger.gateways.registry import kind_named, kinds
from subledger.gateways.services.providers import delete_provider, save_provider, set_state
from subledger.gateways.states import OPEN, InboxState, ProviderState
from subledger.kernel.errors import NotFound
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

PROVIDERS = "Providers"


def provider_url(row: Provider) -> str:
    return page_url("provider", row.pk)


class KindColumn(Column):
    def show(self, row: Any) -> str:
        return kind_named(row.kind).title


class CurrenciesColumn(Column):
    def show(self, row: Any) -> str:
        return ", ".join(row.currencies).upper() or "All it takes"


class ProvidersPage(SummaryPage):
    title = PROVIDERS
    noun = "provider"
    empty = "Set up the gateway with which the company has a merchant account."
    default_sort = "name"
    columns = (
        NameColumn("name", "Name", sort="name", link=provider_url, strong=True),
        KindColumn("kind", "Gateway", sort="kind"),
        WordColumn("mode", "Mode", sort="mode"),
        CurrenciesColumn("currencies", "Currencies"),
        CountColumn("open_count", "Open requests"),
        BadgeColumn("state", "State", sort="state", lead=True),
    )

    def queryset(self) -> QuerySet:
        is_open = Q(requests__state__in=sorted(OPEN))
        return Provider.objects.annotate(open_count=Count("requests", filter=is_open))

    def extra(self) -> dict[str, Any]:
        new = [
            Action(f"New {kind.title} provider", page_url("provider_new", kind.name), "plus")
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
                "label": "Open requests",
                "value": show.count(waiting),
                "url": f"{page_url('gateways')}?provider={provider.public_id}&state=open",
            }
        ]
        tables = []
        if self.kind.executes:
            failed = InboxEvent.objects.filter(provider=provider, state=InboxState.FAILED).count()
            tiles.append(
                {
                    "label": "Events that failed",
                    "value": show.count(failed),
                    "tone": "bad" if failed else "good",
                    "hint": "replay them from the list" if failed else "every event was taken in",
                    "url": f"{page_url('inbox')}?provider={provider.public_id}&state=failed",
                }
            )
            tables.append(refused_table(RefusedDelivery.objects.filter(provider=provider)))
        webhook = f"/webhooks/{provider.kind}/{provider.public_id}"
        events = Event.objects.filter(object_id=provider.pk).order_by("-id")[:50]
        return {
            **self.crumbs(),
            "state": provider.state,
            "page_subtitle": f"{self.kind.title} · {show.word(provider.mode)} mode",
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
            return ", ".join(str(row) for row in rows.all()) or "none"

        facts: list[tuple[str, Any]] = [("Gateway", kind.title), ("Code", provider.code)]
        if kind.has_keys:
            held = len(provider.sealed_webhook_secrets)
            facts += [
                ("Test key", _set(provider.sealed_test_key)),
                ("Live key", _set(provider.sealed_live_key)),
                ("Webhook secrets", f"{held} set" if held else "not set"),
            ]
        facts += [
            ("Payment methods", names(provider.payment_methods)),
            ("Refund methods", names(provider.refund_methods)),
            ("Cancellations that pay back", names(provider.cancellation_types)),
            ("Account payment methods", names(provider.preferences)),
            ("Currencies", ", ".join(provider.currencies).upper() or "all it takes"),
            ("Its payments", " · ".join(str(x) for x in (provider.payment_type, provider.payment_method) if x)),
            ("Its refunds", provider.refund_method or ""),
            ("Fees are booked to", provider.fee_account or "nothing"),
            ("Time limit, hours", provider.action_hours),
            ("Rate limit, calls a second", _rate_limit(provider, kind)),
            ("Version of its API", provider.api_version),
            ("Address of its API", provider.base_url),
        ]
        facts += [(f"Our {name.replace('_', ' ')}", provider.creditor.get(name, "")) for name in CREDITOR]
        return [(label, value) for label, value in facts if value]


def _rate_limit(provider: Provider, kind: GatewayKind) -> str:
    """The limit that its calls keep to, its own or its account's. A gateway that we do not call has none to say."""
    if not kind.executes:
        return ""
    limit = limit_of(kind.limits, provider.mode, base_url=provider.base_url, chosen=provider.calls_per_second)
    if limit is None:
        return "none"
    return str(limit) if provider.calls_per_second else f"{limit}, the account's"


def _set(sealed: str) -> str:
    return "set" if sealed else "not set"


def refused_table(rows: QuerySet) -> dict[str, Any]:
    """Deliveries that were refused, by day and reason."""
    columns = (
        DayColumn("on", "Day"),
        WordColumn("reason", "Reason", strong=True),
        CountColumn("count", "How many", lead=True),
        MomentColumn("last_at", "Last"),
        NameColumn("detail", "What the last one was told"),
    )
    return {
        "title": "Refused deliveries",
        "table": table(columns, rows.order_by("-on", "reason")[:30]),
        "text": "None: whatever was delivered came from the gateway.",
    }


def actions_for(request: Any, provider: Provider, kind: GatewayKind) -> list[Action]:
    actions = []
    if may(request, "gateways.charge") and not kind.executes:
        actions += [
            Action("Export pending requests", page_url("provider_export", provider.pk), "download"),
            Action("Import results", page_url("provider_results", provider.pk), "upload"),
        ]
    if may(request, "gateways.edit"):
        is_effective = provider.state == ProviderState.EFFECTIVE
        verb = "deactivate" if is_effective else "activate"
        actions += [
            Action("Edit provider", page_url("provider_edit", provider.pk), "pencil"),
            Action(
                "Deactivate" if is_effective else "Activate",
                page_url("provider_state", provider.pk, verb),
                "ban" if is_effective else "bolt",
            ),
            Action("Delete provider", page_url("provider_delete", provider.pk), "trash", danger=True),
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
        messages.success(self.request, f"{provider.name} is saved.")
        return provider_url(provider)

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        answer = super().rendered(form, status, sections=form.sections(), **context)  # type: ignore[attr-defined]
        answer["Cache-Control"] = "no-store"
        return answer


class ProviderNewPage(ProviderFormPage):
    def prepare(self, kind: str) -> None:
        if kind not in kinds():
            raise NotFound("kind of gateway", kind)
        self.kind = kind_named(kind)
        self.title = f"New {self.kind.title} provider"

    def initial(self) -> dict[str, Any]:
        return {"name": self.kind.title, "code": self.kind.name}

    def extra(self) -> dict[str, Any]:
        listed = page_url("providers")
        return {"crumbs": crumbs_to((PROVIDERS, listed), (self.title, "")), "cancel_url": listed}


class ProviderEditPage(OnProvider, ProviderFormPage):
    def prepare(self, provider_id: int) -> None:
        super().prepare(provider_id)
        self.title = f"Edit {self.provider.name}"

    def initial(self) -> dict[str, Any]:
        return initial_of(self.provider)

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs(("Edit", "")), "cancel_url": provider_url(self.provider)}


class ProviderConfirmPage(OnProvider, FormPage):
    permission = "gateways.edit"
    template_name = "page_kit/confirm.html"

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs((self.title, "")), "cancel_url": provider_url(self.provider)}


class ProviderStatePage(ProviderConfirmPage):
    CONSEQUENCES = {
        "activate": [
            "Payments, refunds and cancellations by its methods go through the gateway from now on.",
            "Customers can pay invoices and register cards on its pages.",
        ],
        "deactivate": [
            "Nothing new is collected or refunded through it; its methods are refused.",
            "What was sent already is followed to its end.",
        ],
    }

    def prepare(self, provider_id: int, verb: str) -> None:  # type: ignore[override]
        super().prepare(provider_id)
        if verb not in self.CONSEQUENCES:
            raise NotFound("action", verb)
        self.verb = verb
        self.title = self.submit_label = "Activate" if verb == "activate" else "Deactivate"

    def act(self, form: Form) -> str:
        state = ProviderState.EFFECTIVE if self.verb == "activate" else ProviderState.NOT_EFFECTIVE
        set_state(provider_id=self.provider.pk, state=state, actor=actor(self.request))
        messages.success(self.request, f"{self.provider.name} is {show.word(state).lower()}.")
        return provider_url(self.provider)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "question": f"{self.title.replace('it', self.provider.name, 1)}?",
            "consequences": self.CONSEQUENCES[self.verb],
        }


class ProviderDeletePage(ProviderConfirmPage):
    title = submit_label = "Delete provider"

    def act(self, form: Form) -> str:
        delete_provider(provider_id=self.provider.pk, actor=actor(self.request))
        messages.success(self.request, f"{self.provider.name} is deleted.")
        return reverse("backoffice:providers")

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "danger": True,
            "question": f"Delete {self.provider.name} with its keys?",
            "consequences": ["One that did something already cannot be deleted: deactivate it instead."],
        }
