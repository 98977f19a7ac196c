"""Forms of payment gateways: a provider with its keys, files of a generic one, links for customers."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.accounts.models import PaymentPreference
from subledger.gateways.kind import GatewayKind
from subledger.gateways.models import Provider
from subledger.gateways.states import Mode
from subledger.journal.models import LedgerAccount
from subledger.kernel.sentences import joined, say
from subledger.page_kit.fields import DayField, RowField, TextField, select
from subledger.page_kit.file_fields import days_field, numbers_field
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionType
from subledger.transactions.states import Classification

__all__ = ["ExportForm", "LinkForm", "ProviderForm", "ResultsForm"]

CREDITOR = ("name", "iban", "bic", "creditor_id")


class KeyField(forms.CharField):
    """A secret that is typed and never shown again; empty keeps what is set."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"})
        super().__init__(**{"widget": widget, "required": False, "max_length": 500, **options})


class RowsField(forms.ModelMultipleChoiceField):
    """Some rows of a catalogue of the company in scope."""

    def __init__(self, model: type[Any], **options: Any) -> None:
        self.model = model
        super().__init__(queryset=None, required=False, widget=forms.CheckboxSelectMultiple, **options)


class ProviderForm(forms.Form):
    """Every field a provider may have; those that its kind lacks are taken out."""

    name = forms.CharField(label=say("Name"), max_length=200)
    code = forms.CharField(label=say("Code"), max_length=60, help_text=say("Its short name, also for programs."))
    mode = forms.ChoiceField(
        label=say("Mode"), choices=[(Mode.TEST, say("Test: no money moves")), (Mode.LIVE, say("Live"))]
    )
    description = TextField(label=say("Description"))
    test_key = KeyField(label=say("Secret key, test"))
    live_key = KeyField(label=say("Secret key, live"))
    webhook_secrets = KeyField(label=say("Signing secrets of webhooks"), max_length=2000)
    remove_keys = forms.MultipleChoiceField(
        required=False, label=say("Remove what is set"), widget=forms.CheckboxSelectMultiple
    )
    payment_methods = RowsField(
        PaymentMethod,
        label=say("Payment methods"),
        help_text=say("Payments by these are collected through this provider."),
    )
    refund_methods = RowsField(
        RefundMethod, label=say("Refund methods"), help_text=say("Refunds by these are refunded through it.")
    )
    cancellation_types = RowsField(
        TransactionType,
        label=say("Cancellations that pay back"),
        help_text=say("A payment cancelled with one of these types is refunded automatically."),
    )
    preferences = RowsField(
        PaymentPreference,
        label=say("Account payment methods"),
        help_text=say("What its cards and mandates are called on an account."),
    )
    currencies = forms.CharField(
        label=say("Currencies"),
        max_length=400,
        required=False,
        help_text=say("ISO codes, such as EUR, USD. All currencies if left empty."),
    )
    payment_type = RowField(
        TransactionType, label=say("Type of its payments"), help_text=say("Of payments that it makes.")
    )
    payment_method = RowField(PaymentMethod, label=say("Method of its payments"))
    refund_method = RowField(RefundMethod, label=say("Method of its refunds"))
    fee_account = RowField(
        LedgerAccount,
        label=say("Ledger account of its fees"),
        help_text=say("If left empty, a gateway's fees are not booked, and a bank's charges wait as work."),
    )
    action_hours = forms.IntegerField(min_value=1, max_value=720, initial=23, label=say("Time limit, in hours"))
    calls_per_second = forms.IntegerField(
        min_value=1,
        max_value=10_000,
        required=False,
        label=say("Rate limit, in calls a second"),
    )
    api_version = forms.ChoiceField(label=say("Version of its API"))
    base_url = forms.URLField(
        max_length=300,
        required=False,
        assume_scheme="https",
        label=say("Address of its API"),
        help_text=say("Defaults to the gateway's own. Another one is for sandboxes."),
    )
    creditor_name = forms.CharField(max_length=70, required=False, label=say("Our name"))
    creditor_iban = forms.CharField(max_length=40, required=False, label=say("Our IBAN"))
    creditor_bic = forms.CharField(max_length=11, required=False, label=say("Our BIC"))
    creditor_creditor_id = forms.CharField(max_length=40, required=False, label=say("SEPA creditor identifier"))

    SECTIONS = (
        (say("Provider"), ("name", "code", "mode", "description")),
        (say("Keys"), ("test_key", "live_key", "webhook_secrets", "remove_keys")),
        (
            say("What it executes"),
            ("payment_methods", "refund_methods", "cancellation_types", "preferences", "currencies"),
        ),
        (say("What it creates automatically"), ("payment_type", "payment_method", "refund_method", "fee_account")),
        (say("Our side of bank files"), tuple(f"creditor_{name}" for name in CREDITOR)),
        (say("Advanced"), ("action_hours", "calls_per_second", "api_version", "base_url")),
    )
    ROWS = ("payment_methods", "refund_methods", "cancellation_types", "preferences")
    PLAIN = (
        "name",
        "code",
        "mode",
        "description",
        *ROWS,
        "payment_type",
        "payment_method",
        "refund_method",
        "fee_account",
        "action_hours",
        "calls_per_second",
        "api_version",
        "base_url",
    )

    def __init__(self, *args: Any, kind: GatewayKind, provider: Provider | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        select(
            self,
            payment_type={"classification": Classification.PAYMENT},
            fee_account={"kind": "expense"},
        )
        for name in self.ROWS:
            field: Any = self.fields[name]
            field.queryset = field.model.objects.filter(is_active=True)
        self.fields["cancellation_types"].queryset = TransactionType.objects.filter(  # type: ignore[attr-defined]
            is_active=True, classification=Classification.PAYMENT_CANCELLATION
        )
        if kind.has_keys:
            self._say_what_is_set(provider)
        else:
            self._drop("test_key", "live_key", "webhook_secrets", "remove_keys", "base_url")
        if kind.executes:
            self._drop(*(f"creditor_{name}" for name in CREDITOR))
        else:
            self._drop("calls_per_second")
        if "calls_per_second" in self.fields:
            self.fields["calls_per_second"].help_text = _without_limit(kind)
        if kind.api_versions:
            self.fields["api_version"].choices = [(v, v) for v in kind.api_versions]  # type: ignore[attr-defined]
        else:
            self._drop("api_version")

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def _say_what_is_set(self, provider: Provider | None) -> None:
        held = secrets_of(provider)
        for name, is_set in held.items():
            self.fields[name].help_text = say("Set. Type to replace it.") if is_set else say("Not set.")
        self.fields["webhook_secrets"].help_text = say(
            "{held} Several are separated by spaces, while one takes over.",
            held=self.fields["webhook_secrets"].help_text,
        )
        removable = [(name, self.fields[name].label) for name, is_set in held.items() if is_set]
        if removable:
            self.fields["remove_keys"].choices = removable  # type: ignore[attr-defined]
        else:
            self._drop("remove_keys")

    def values(self) -> dict[str, Any]:
        """What was typed, as `save_provider` takes it: a secret that was left empty is not among it."""
        typed = self.cleaned_data
        values = {name: typed[name] for name in self.PLAIN if name in typed}
        values["currencies"] = typed["currencies"].replace(",", " ").lower().split()
        if "creditor_name" in typed:
            given = {name: typed[f"creditor_{name}"].strip() for name in CREDITOR}
            values["creditor"] = {name: text for name, text in given.items() if text}
        for name in ("test_key", "live_key"):
            if typed.get(name):
                values[name] = typed[name].strip()
        if typed.get("webhook_secrets"):
            values["webhook_secrets"] = typed["webhook_secrets"].replace(",", " ").split()
        for name in typed.get("remove_keys", ()):
            values[name] = [] if name == "webhook_secrets" else ""
        return values

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        found = [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.SECTIONS]
        return [(legend, fields) for legend, fields in found if fields]


def secrets_of(provider: Provider | None) -> dict[str, bool]:
    """Which secrets are set; what they are leaves the process never."""
    return {
        "test_key": bool(provider and provider.sealed_test_key),
        "live_key": bool(provider and provider.sealed_live_key),
        "webhook_secrets": bool(provider and provider.sealed_webhook_secrets),
    }


def initial_of(provider: Provider) -> dict[str, Any]:
    """A provider's own values for its form; no secret among them."""
    kept = {
        name: list(getattr(provider, name).all()) if name in ProviderForm.ROWS else getattr(provider, name)
        for name in ProviderForm.PLAIN
    }
    kept["currencies"] = ", ".join(provider.currencies).upper()
    return kept | {f"creditor_{name}": provider.creditor.get(name, "") for name in CREDITOR}


class ExportForm(forms.Form):
    file_format = forms.ChoiceField(
        label=say("File"),
        choices=[
            ("csv", say("CSV: everything that is pending")),
            (say("pain.008"), say("pain.008: collections by SEPA direct debit")),
            (say("pain.001"), say("pain.001: refunds by credit transfer")),
        ],
    )
    on = DayField(
        label=say("Collect or pay on"),
        help_text=say("Defaults to the next working day, or today for credit transfers."),
    )
    mark = forms.BooleanField(
        required=False,
        label=say("Mark what is written as under processing"),
        help_text=say("So that the next file does not hold it again."),
    )


class ResultsForm(forms.Form):
    file = forms.FileField(
        label=say("File"),
        help_text=say("CSV (columns as in its export, and the result), pain.002, camt.053 or camt.054."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xml"}),
    )
    date_format = days_field(say("Of CSV; a bank's reports need none."))
    number_format = numbers_field()


USUAL_HOURS = 168  # that links are good for, where nobody chooses


class LinkForm(forms.Form):
    hours = forms.TypedChoiceField(
        label=say("Good for"),
        coerce=int,
        initial=USUAL_HOURS,
        choices=[(24, say("A day")), (72, say("Three days")), (168, say("A week")), (720, say("30 days"))],
    )


def _without_limit(kind: GatewayKind) -> str:
    """What an empty rate limit means."""
    if not kind.limits:
        return say("No limit if left empty.")
    limits = joined(
        (
            say("{limit} in live mode", limit=limit) if mode == "live" else say("{limit} in test mode", limit=limit)
            for mode, limit in sorted(kind.limits.items())
        ),
        say(" and "),
    )
    return say(
        "For all calls of the account together. If left empty, {limits}, just below {title}'s "
        "own limit; none at another address of its API.",
        limits=limits,
        title=kind.title,
    )
