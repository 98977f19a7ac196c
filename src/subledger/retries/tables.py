"""What people configure of retries: plans, and what codes of providers mean."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.gateways.declines import DeclineClass
from subledger.gateways.models import Provider
from subledger.kernel.sentences import say
from subledger.platform.configuration import (
    PLAIN,
    Change,
    ConfigurationField,
    ConfigurationTable,
    FieldKind,
    Use,
    Words,
)

from .models import DeclineCode, RetryPlan
from .rules.plans import MOST_DAYS, MOST_HOURS, MOST_TRIES

NAME, CODE, DESCRIPTION, IN_USE = PLAIN
GROUP = say("Collections")
PERMISSION = "retries.configure"
CLASSES: dict[str, str] = {
    DeclineClass.HARD: say("Hard: not again by this way to pay"),
    DeclineClass.SOFT: say("Soft: again by the days of the plan"),
    DeclineClass.CUSTOMER_NEEDED: say("The customer has to confirm it"),
    DeclineClass.GATEWAY_ERROR: say("Gateway error: again by the hours of the plan"),
    DeclineClass.SILENCE: say("Not known: never again by itself"),
    DeclineClass.CALLED_OFF: say("Called off: not again by itself"),
}


def _plan(change: Change) -> None:
    row = change.row
    _check_numbers(row.days, "days", 1, MOST_DAYS, say("days"))
    _check_numbers(row.hours, "hours", 1, MOST_HOURS, say("hours"))
    _check_numbers(row.paydays, "paydays", 1, 31, say("days of the month"), most=31)
    if len(set(row.paydays)) < len(row.paydays):
        raise ConfigurationInvalid(say("A payday is named twice. Name each once."), param="/paydays")
    if row.is_active:
        _check_once(change)


def _check_numbers(said: list[int], name: str, least: int, highest: int, what: str, *, most: int = MOST_TRIES) -> None:
    if len(said) > most:
        raise ConfigurationInvalid(
            say("{number} are too many: at most {most}. Leave some out.", number=len(said), most=most), param=f"/{name}"
        )
    for one in said:
        if not least <= one <= highest:
            raise ConfigurationInvalid(
                say(
                    "{one} is not possible: {what} are from {least} to {highest}. Correct it.",
                    one=one,
                    what=what,
                    least=least,
                    highest=highest,
                ),
                param=f"/{name}",
            )


def _check_once(change: Change) -> None:
    """A provider is named by one plan in use: who names it in two at once waits here."""
    wanted = [one.pk for one in change.lists["providers"]]
    list(Provider.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk"))
    others = RetryPlan.objects.filter(is_active=True, providers__in=wanted).exclude(pk=change.row.pk)
    other = others.first()
    if other is not None:
        raise ConfigurationInvalid(
            say(
                "The retry plan {name!r} names one of these providers already. Take it from there first.",
                name=other.name,
            ),
            param="/providers",
        )


def _code(change: Change) -> None:
    change.row.code = change.row.code.strip()
    if not change.row.code:
        raise ConfigurationInvalid(say("Say which code is meant, as the gateway or bank reports it."), param="/code")


PLANS = ConfigurationTable(
    model=RetryPlan,
    name="retry_plans",
    title=say("Retry plans"),
    noun=say("retry plan"),
    about=say("When payments that failed are tried again, and for which payment gateways."),
    note="Nothing is tried again of a provider that no plan names.",
    group=GROUP,
    position=44,
    permission=PERMISSION,
    tag=say("Retries"),
    fields=(
        NAME,
        CODE,
        DESCRIPTION,
        ConfigurationField(
            name="providers",
            label=say("For payment gateways"),
            help=say("Nothing is tried again of a gateway that no plan names."),
        ),
        ConfigurationField(
            name="days",
            kind=FieldKind.NUMBERS,
            label=say("Days after the failure before"),
            short=say("Days"),
            help=say("One number for each try, separated by commas: 3, 5, 7, 10."),
        ),
        ConfigurationField(
            name="paydays",
            kind=FieldKind.NUMBERS,
            label=say("Only on these days of the month"),
            short=say("Paydays"),
            help=say("The next of them on or after the day; 31 is the last. Empty: any day."),
        ),
        ConfigurationField(
            name="hours",
            kind=FieldKind.NUMBERS,
            label=say("Hours after an error of the gateway"),
            short=say("Hours"),
            help=say("These tries do not count among those above."),
        ),
        ConfigurationField(
            name="only_automatic",
            label=say("Only automatic payments"),
            help=say("Payments that people or programs asked for are not tried again."),
        ),
        ConfigurationField(
            name="tells_customers",
            label=say("Write to customers"),
            help=say("Whose card or account was declined for good, with a link to register another."),
        ),
        IN_USE,
    ),
    columns=("name", "code", "days", "paydays", "hours", "only_automatic", "is_active"),
    guard=_plan,
    words={},
    uses=[Use(Provider, "providers", say("the last provider in use of the retry plan"))],
)
CODES = ConfigurationTable(
    model=DeclineCode,
    name="decline_codes",
    title=say("Decline codes"),
    noun=say("decline code"),
    about=say("What codes of failed payments mean, where a gateway does not say or you see it otherwise."),
    note="A code that is unknown altogether is a soft decline.",
    group=GROUP,
    position=45,
    permission=PERMISSION,
    tag=say("Retries"),
    fields=(
        ConfigurationField(
            name="provider",
            label=say("Payment gateway"),
            empty=say("any"),
            is_filter=True,
            help=say("Empty: of any that does not say otherwise."),
        ),
        ConfigurationField(
            name="code",
            kind=FieldKind.TEXT,
            label=say("Decline code"),
            help=say("As the gateway, the bank or your integrator reports it."),
        ),
        ConfigurationField(
            name="decline_class", label=say("What it means"), choices=DeclineClass, spoken=CLASSES, is_filter=True
        ),
    ),
    columns=("code", "provider", "decline_class"),
    sort="code",
    guard=_code,
    words={
        "decline_code_once": Words(
            say("What this code means for this gateway is said already. Change that one."), field="code"
        ),
    },
    uses=[Use(Provider, "provider", say("the provider of the decline code"))],
)
TABLES = (PLANS, CODES)
