"""Cards and mandates of an account: registered on the gateway's page, chosen, let go of. No number is typed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, Q
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.labels import RECEIVABLES
from subledger.accounts.models import AccountPaymentPreference
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.gateways.customer_pages.exits import passing_page
from subledger.gateways.link_errors import (
    NobodyCollects,
)
from subledger.gateways.models import Instrument, Provider
from subledger.gateways.pages.card_columns import CARDS, OTHERS, RUNS_CHARGE, USES, StandingColumn, card_url
from subledger.gateways.pages.common import request_url
from subledger.gateways.pages.words import WAY_OUT, barred_words, expiry_words
from subledger.gateways.queries import instruments_of, provider_by_id, requests
from subledger.gateways.registry import kind_named
from subledger.gateways.services.instruments import (
    begin_registration,
    check_registrable,
    make_default,
    remove_instrument,
    set_recurring,
)
from subledger.gateways.services.links import came_back
from subledger.gateways.services.method_agreement import name_of
from subledger.gateways.states import ProviderState
from subledger.gateways.ways_to_collect import bars_of, ways_on
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import actor, today
from subledger.page_kit.navigation import Action, Crumb, linked, may
from subledger.page_kit.subjects import SubjectForm, frame_of
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event

# Of the session: the account whose customer is on the gateway's page, its provider, and the page's reference there.
ON_THEIR_PAGE = "on_gateway_page"


def charged_by_runs(account: Any) -> list[dict[str, Any]]:
    """What payment runs of each gateway charge on an account, and why, by the rule that they decide by."""
    return [
        {
            "provider": one.provider.name,
            "way": name_of(one.way) if one.way is not None else "",
            "why": barred_words(one.bar) if one.bar is not None else one.why,
            "is_charged": one.is_charged,
        }
        for one in ways_on(account.pk, account.currency, on=today())
    ]


def collecting_providers(currency: str) -> Sequence[Provider]:
    """Effective providers with pages of their own that take a currency."""
    found = Provider.objects.filter(state=ProviderState.EFFECTIVE).order_by("name")
    return [p for p in found if kind_named(p.kind).executes and (not p.currencies or currency in p.currencies)]


class AccountWaysPage(DetailPage):
    """Every way to pay of an account. Whoever comes back from the gateway's page lands here."""

    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        waiting = request.session.get(ON_THEIR_PAGE)
        if "back" not in request.GET or not waiting or waiting[0] != self.account.pk:
            return super().get(request, **named)
        del request.session[ON_THEIR_PAGE]
        _, provider_id, reference = waiting
        if came_back(provider=provider_by_id(provider_id), reference=reference):
            newest = instruments_of(self.account.pk).order_by("-pk").first()
            messages.success(request, say("{newest} is registered.", newest=newest))
        elif request.GET["back"] == "done":
            messages.warning(
                request, say("The gateway has not said yet what was saved. It appears here automatically.")
            )
        else:
            messages.warning(request, say("Nothing was registered."))
        return redirect(page_url("account_ways", self.account.pk))

    def extra(self) -> dict[str, Any]:
        account = self.account
        cards: list[Any] = list(
            Instrument.objects.select_related("provider", "chosen")
            .filter(account=account)
            .order_by(F("removed_at").asc(nulls_first=True), "-is_default", "pk")
        )
        ways = list(
            account.payment_preferences.select_related("preference")
            .filter(instrument=None)
            .order_by("-is_default", "pk")
        )
        barred = bars_of([row.pk for row in (*cards, *ways)])
        for card in cards:
            card.label, card.barred = str(card), barred
        others = [
            {
                "label": way.preference.name,
                "details": ", ".join(str(value) for value in way.details.values() if value),
                "is_default": way.is_default,
                "is_recurring": way.is_recurring,
                "state": "declined_for_good" if way.pk in barred else "",
                "allow": ALLOW if way.pk in barred else "",
                "allow_url": page_url("account_way_allow", account.pk, way.pk),
                "runs": VERBS["runs-off" if way.is_recurring else "runs-on"][0],
                "runs_url": page_url(
                    "account_way_runs", account.pk, way.pk, "runs-off" if way.is_recurring else "runs-on"
                ),
                "remove": say("Remove"),
                "url": page_url("account_preference_release", account.pk, way.pk),
            }
            for way in ways
        ]
        is_over = account.state == AccountState.TERMINATED
        hidden = {"runs", "remove"} if not may(self.request, "accounts.edit") else {"runs"} if is_over else set()
        if is_over or not barred or not may(self.request, "gateways.charge"):
            hidden.add("allow")
        columns = tuple(column for column in OTHERS if column.key not in hidden)
        return {
            **frame_of(self.request, "account", account, "account_ways"),
            "tables": [
                {
                    "title": say("Cards and mandates"),
                    "table": table(CARDS, cards),
                    "text": say("None is registered. Register one here with the customer, or send them a link."),
                },
                {
                    "title": say("Other payment methods"),
                    "table": table(columns, others),
                    "text": say("None was chosen."),
                },
                {
                    "title": say("What payment runs charge"),
                    "table": table(RUNS_CHARGE, charged_by_runs(account)),
                    "text": say("No payment gateway is effective."),
                },
            ],
        }


class RegisterForm(forms.Form):
    provider: forms.ModelChoiceField = forms.ModelChoiceField(label=say("Provider"), queryset=None, empty_label=None)


class CardRegisterPage(SubjectForm):
    """Leads to the gateway's page, where the card is entered."""

    subject = "account"
    permission = "gateways.charge"
    title = say("Register a card or mandate")
    form_class = RegisterForm
    submit_label = say("Go to the gateway's page")

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = RegisterForm(data)
        found = [provider.pk for provider in collecting_providers(self.subject_row.currency)]
        form.fields["provider"].queryset = Provider.objects.filter(pk__in=found)  # type: ignore[attr-defined]
        return form

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        check_registrable(self.subject_row)
        return super().get(request, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        self.going_to = ""
        answer = super().post(request, **named)
        if not self.going_to:
            return answer
        company = request.staff.company.name  # type: ignore[attr-defined]
        return passing_page(request, self.going_to, title=say("Registering a card"), company=company)

    def act(self, form: Form) -> str:
        provider: Provider = form.cleaned_data["provider"]
        here = page_url("account_ways", self.subject_row.pk)
        page = begin_registration(
            provider=provider,
            account_id=self.subject_row.pk,
            success_url=self.request.build_absolute_uri(f"{here}?back=done"),
            cancel_url=self.request.build_absolute_uri(f"{here}?back=cancelled"),
        )
        self.request.session[ON_THEIR_PAGE] = [self.subject_row.pk, provider.pk, page.reference]
        self.going_to = page.url
        return here

    def extra(self) -> dict[str, Any]:
        if not collecting_providers(self.subject_row.currency):
            return {**super().extra(), "error": NobodyCollects(self.subject_row.currency)}
        return {
            **super().extra(),
            "intro": say(
                "The number is entered on the gateway's page and never reaches us. Let the customer type "
                "it, or type it for them; to have it done without you, send them a link instead."
            ),
        }


def card_of(account_id: int, chosen_id: int) -> Instrument:
    """NotFound: the account never had such a card or mandate."""
    found: Instrument | None = (
        Instrument.objects.select_related("provider", "account", "chosen")
        .filter(pk=chosen_id, account_id=account_id)
        .first()
    )
    if found is None:
        raise NotFound(AccountPaymentPreference, chosen_id, noun=say("card or mandate of this account"))
    return found


def card_crumbs(card: Instrument, *steps: str) -> list[Crumb]:
    ways = Crumb(say("Payment methods"), page_url("account_ways", card.account_id))
    account = Crumb(card.account.number, page_url("account", card.account_id))
    here = Crumb(str(card), card_url(card) if steps else "")
    return [Crumb(RECEIVABLES, page_url("accounts")), account, ways, here, *map(Crumb, steps)]


class CardPage(DetailPage):
    def prepare(self, account_id: int, chosen_id: int) -> None:
        self.card = card_of(account_id, chosen_id)
        self.title = str(self.card)

    def extra(self) -> dict[str, Any]:
        card = self.card
        card.barred = bars_of([card.pk])  # type: ignore[attr-defined]
        bar = card.barred.get(card.pk)  # type: ignore[attr-defined]
        uses = requests().filter(preference=card.pk)[:20]
        events = Event.objects.filter(
            Q(data__payment_preference=card.public_id)
            | Q(type="account.instrument_registered", data__instrument=str(card)),
            object_id=card.account_id,
        )
        facts = [
            (say("Bank's answer"), bar and linked(barred_words(bar), request_url(bar.failed_request))),
            (say("What helps"), bar and WAY_OUT),
            (say("Account"), linked(card.account.number, page_url("account", card.account_id))),
            (say("Provider"), f"{card.provider.name}, {said(show.word(card.mode).lower())}"),
            (say("Kind"), {"card": say("Card"), "sepa_debit": say("SEPA debit")}.get(card.kind, say("Other"))),
            (say("Expires"), expiry_words(card, today())),
            (say("Country"), card.country),
            (say("Mandate"), card.mandate),
            (say("Mandate given"), card.mandate_on and show.day(card.mandate_on)),
            (say("Registered"), show.moment(card.created_at)),
            (say("Default"), say("yes") if card.is_default else say("no")),
            (say("Auto-charge"), say("yes") if card.chosen.is_recurring else say("no")),
            (say("Removed"), card.removed_at and show.moment(card.removed_at)),
        ]
        return {
            "crumbs": card_crumbs(card),
            "state": StandingColumn("state", say("State")).value(card),
            "actions": self._actions(),
            "facts": [(label, value) for label, value in facts if value],
            "tables": [
                {"title": say("Payment requests"), "table": table(USES, uses), "text": say("It was never charged.")}
            ],
            "timeline": entries_of(events.order_by("-id")[:50], own=card.account_id),
        }

    def _actions(self) -> list[Action]:
        card = self.card
        if card.removed_at is not None or not may(self.request, "gateways.charge"):
            return []
        barred: Any = getattr(card, "barred", {})
        allow = [Action(ALLOW, page_url("account_way_allow", card.account_id, card.pk), "check")] if barred else []
        runs = ("runs-off", "ban") if card.chosen.is_recurring else ("runs-on", "refresh")
        verbs = [*([] if card.is_default else [("default", "check")]), runs, ("remove", "trash")]
        return allow + [
            Action(
                VERBS[verb][0],
                page_url("account_card_action", card.account_id, card.pk, verb),
                icon,
                danger=verb == "remove",
            )
            for verb, icon in verbs
        ]


ALLOW = say("Allow charging again")
# verb -> label, what follows
VERBS: dict[str, tuple[str, tuple[str, ...]]] = {
    "default": (say("Make default"), (say("It is charged when nobody chose another."),)),
    "runs-on": (say("Auto-charge on"), (say("Automatic payment runs may charge it."),)),
    "runs-off": (say("Auto-charge off"), (say("Only people charge it from now on."),)),
    "remove": (
        say("Remove"),
        (
            say("It cannot be charged any more, and the gateway is told to forget it."),
            say("What was paid with it can still be refunded to it."),
            say("This cannot be undone: the customer can register it anew."),
        ),
    ),
}


class CardActionPage(FormPage):
    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"

    def prepare(self, account_id: int, chosen_id: int, verb: str) -> None:
        self.card = card_of(account_id, chosen_id)
        if verb not in VERBS or self.card.removed_at is not None:
            raise NotFound("action", verb)
        self.verb = verb
        self.title = self.submit_label = VERBS[verb][0]

    def act(self, form: Form) -> str:
        ident, by = self.card.pk, actor(self.request)
        if self.verb == "default":
            make_default(chosen_id=ident, actor=by)
        elif self.verb == "remove":
            remove_instrument(chosen_id=ident, actor=by)
        else:
            set_recurring(chosen_id=ident, is_recurring=self.verb == "runs-on", actor=by)
        messages.success(self.request, say("{title}: done for {card}.", title=self.title, card=self.card))
        return page_url("account_ways", self.card.account_id)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": card_crumbs(self.card, self.title),
            "cancel_url": card_url(self.card),
            "danger": self.verb == "remove",
            "question": say(
                "{title}: {card} of account {number}?",
                title=self.title,
                card=self.card,
                number=self.card.account.number,
            ),
            "consequences": VERBS[self.verb][1],
        }
