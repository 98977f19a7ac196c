"""What people configure of dunning: plans, and their levels."""

from __future__ import annotations

from decimal import Decimal

from subledger.accounts.models import AccountClassification
from subledger.companies.entries import ConfigurationInvalid
from subledger.kernel.money import LARGEST_MINOR, Money
from subledger.kernel.sentences import say
from subledger.messages.models import MessageTemplate
from subledger.platform.callers import demand
from subledger.platform.configuration import (
    NAMES,
    PLAIN,
    Change,
    ConfigurationField,
    ConfigurationTable,
    Default,
    FieldKind,
    Use,
    Words,
)
from subledger.segments.models import Segment
from subledger.segments.states import About

from .guards import check_fee, check_interest, check_rate
from .letters import KINDS
from .models import DunningLevel, DunningMinimum, DunningPlan, DunningRate
from .queries import percent_today
from .rules.levels import runs_backwards
from .services.rates import hold_from_today
from .states import After

NAME, CODE, DESCRIPTION, IN_USE = PLAIN
GROUP = say("Collections")
PERMISSION = "dunning.configure"
WRITE_OFF = "transactions.write_off"  # of whoever says that runs do it, to whom and when


def _plan(change: Change) -> None:
    segment = change.row.segment
    if segment is not None and segment.about != About.ACCOUNTS:
        raise ConfigurationInvalid(
            say("The segment {name!r} is not about accounts. Choose one that is.", name=segment.name), param="/segment"
        )
    if DunningLevel.objects.filter(plan=change.row.pk, is_active=True, after=After.WRITE_OFF).exists():
        demand(WRITE_OFF)
    check_interest(change.row)


def _rate_of_plan(change: Change, actor: str) -> None:
    """Interest that is said as one number holds from today on; what held before stays."""
    if "interest_percent" in change.said:
        hold_from_today(plan=change.row, percent=change.said["interest_percent"], actor=actor)


def _rate(change: Change) -> None:
    check_rate(change.row)


def _minimum(change: Change) -> None:
    if change.row.amount != int(change.row.amount):
        raise ConfigurationInvalid(
            say("An amount is whole in its currency. Leave the further decimals out."), param="/amount"
        )
    _check_size(change.row.amount, change.row.currency, "/amount")


def _check_size(amount: Decimal, currency: str, param: str) -> None:
    """No more than an invoice may come to."""
    if amount > LARGEST_MINOR:
        largest = Money(LARGEST_MINOR, currency)
        raise ConfigurationInvalid(say("It can be at most {largest}. Correct it.", largest=largest), param=param)


def _level(change: Change) -> None:
    row = change.row
    if row.is_active and row.after == After.WRITE_OFF:
        demand(WRITE_OFF)
    if row.template is not None and row.template.kind != row.message:
        raise ConfigurationInvalid(
            say(
                "The template {name!r} is not of the message that is chosen. Choose one of that message, or none.",
                name=row.template.name,
            ),
            param="/template",
        )
    if row.fee is not None and row.fee != int(row.fee):
        raise ConfigurationInvalid(
            say("A fee is charged in whole amounts of its currency. Leave the further decimals out."), param="/fee"
        )
    if (row.fee is None) != (not row.currency):
        missing = "/currency" if row.fee is not None else "/fee"
        raise ConfigurationInvalid(say("A fee has an amount and a currency. Give both, or neither."), param=missing)
    if row.fee is not None:
        _check_size(row.fee, row.currency, "/fee")
    check_fee(row)
    if row.fee is not None and row.after == After.WRITE_OFF:
        raise ConfigurationInvalid(
            say("This level writes off what is owed, so nothing is charged for it. Leave the fee out."), param="/fee"
        )
    if row.fee is not None and row.days < 0:
        raise ConfigurationInvalid(
            say("Before the due date nothing is late, so there is no fee. Leave it out, or give later days."),
            param="/fee",
        )
    if row.is_active:
        _check_order(row)


def _check_order(row: DunningLevel) -> None:
    """Levels are in the order of their days, and none comes behind one that ends dunning."""
    others = [one for one in DunningLevel.objects.filter(plan=row.plan, is_active=True) if one.pk != row.pk]
    beside = runs_backwards([(one.number, one.days) for one in others], row.number, row.days)
    if beside is not None:
        number, days = beside
        raise ConfigurationInvalid(
            say(
                "Level {number} of this plan comes {days} days from the due date, so levels would run backwards. Give "
                "this one days on the right side of that.",
                number=number,
                days=days,
            ),
            param="/days",
        )
    ends = next((one for one in others if one.after != After.GO_ON and one.number < row.number), None)
    if ends is not None:
        raise ConfigurationInvalid(
            say("Level {number} ends dunning, so no level comes behind it. Change that one first.", number=ends.number),
            param="/number",
        )
    if row.after != After.GO_ON and any(one.number > row.number for one in others):
        raise ConfigurationInvalid(
            say("Only the last level of a plan ends dunning. Take those behind it out of use first."), param="/after"
        )


PLANS = ConfigurationTable(
    model=DunningPlan,
    name="dunning_plans",
    title=say("Dunning plans"),
    noun=say("dunning plan"),
    about=say("Who is reminded how: for which accounts, and late interest."),
    note="Its levels are ``dunning_levels``, what interest holds from which day ``dunning_rates``. An account has that "
    "of its classification, else the default.",
    group=GROUP,
    position=42,
    permission=PERMISSION,
    tag=say("Dunning"),
    fields=(
        NAME,
        CODE,
        DESCRIPTION,
        ConfigurationField(
            name="classifications", label=say("For accounts of"), help=say("Of the classifications that are ticked.")
        ),
        ConfigurationField(
            name="segment",
            label=say("And for the segment"),
            help=say("Accounts of a segment come before those of a classification."),
        ),
        ConfigurationField(
            name="rank", label=say("Order"), help=say("Where several plans would serve an account, the lowest does.")
        ),
        ConfigurationField(
            name="interest_percent",
            label=say("Late interest, % a year"),
            help=say(
                "From the day after the due date to the day of payment; 0: none. A change holds from today on; what "
                "holds from another day is a dunning rate."
            ),
            shown=percent_today,
        ),
        ConfigurationField(
            name="is_default", label=say("Default"), help=say("Serves every account that no other plan serves.")
        ),
        IN_USE,
    ),
    columns=("name", "code", "interest_percent", "rank", "is_default", "is_active"),
    default=Default(),
    guard=_plan,
    beside=_rate_of_plan,
    words={
        "dunning_plan_one_default": Words(
            say("Another plan became the default just now. Look again."), field="is_default"
        ),
        "dunning_plan_interest": Words(
            say("Late interest is between 0 and 100 % a year. Correct it."), field="interest_percent"
        ),
    },
    uses=[
        Use(Segment, "segment", say("the segment of the dunning plan")),
        Use(AccountClassification, "classifications", say("the last classification in use of the dunning plan")),
    ],
)

LEVELS = ConfigurationTable(
    model=DunningLevel,
    name="dunning_levels",
    title=say("Dunning levels"),
    noun=say("dunning level"),
    about=say("When each plan reminds, with which message and fee, and what is done at the end."),
    note="A document is recorded on each level once. ``fee_decimal`` is in minor units of ``currency``.",
    group=GROUP,
    position=43,
    permission=PERMISSION,
    tag=say("Dunning"),
    fields=(
        ConfigurationField(name="plan", is_filter=True, expands=True),
        ConfigurationField(name="number", help=say("1 comes first.")),
        ConfigurationField(name="name", help=say("Customers read it.")),
        *NAMES,
        ConfigurationField(
            name="days",
            kind=FieldKind.SIGNED,
            label=say("Days from the due date"),
            short=say("Days"),
            help=say("Below zero: before it."),
        ),
        ConfigurationField(
            name="message",
            kind=FieldKind.CHOICE,
            vocabulary=lambda: [(kind.name, kind.title) for kind in KINDS],
        ),
        ConfigurationField(
            name="template",
            label=say("Template of its own"),
            help=say("Without one, the standard template in the customer's language."),
        ),
        ConfigurationField(
            name="fee", kind=FieldKind.UNIT_PRICE, currency="currency", api_name="fee_decimal", label=say("Late fee")
        ),
        ConfigurationField(name="currency", kind=FieldKind.CURRENCY, label=say("Currency of the fee")),
        ConfigurationField(
            name="after",
            label=say("What follows"),
            choices=After,
            spoken={
                After.GO_ON: say("Go on"),
                After.STOP: say("End, and do nothing"),
                After.HAND_OVER: say("End, and list for an agency"),
                After.WRITE_OFF: say("End, and write off"),
            },
        ),
        IN_USE,
    ),
    columns=("name", "plan", "number", "days", "message", "fee", "after", "is_active"),
    sort="number",
    guard=_level,
    words={
        "dunning_level_number": Words(
            say("This plan has a level of this number already. Choose another number."), field="number"
        ),
        "dunning_level_days": Words(say("This plan has a level on this day already. Choose other days."), field="days"),
        "dunning_level_fee": Words(say("A fee is above zero. Correct it, or leave it out."), field="fee"),
    },
    uses=[
        Use(DunningPlan, "plan", say("the plan of the dunning level")),
        Use(MessageTemplate, "template", say("the template of the dunning level")),
    ],
)
RATES = ConfigurationTable(
    model=DunningRate,
    name="dunning_rates",
    title=say("Dunning rates"),
    noun=say("dunning rate"),
    about=say("What late interest a plan charges from which day on."),
    note="Each day is charged by the rate that held on it.",
    group=GROUP,
    position=43,
    permission=PERMISSION,
    tag=say("Dunning"),
    fields=(
        ConfigurationField(name="plan", label=say("Plan"), is_filter=True),
        ConfigurationField(
            name="from_on",
            label=say("Holds from"),
            empty=say("the beginning"),
            help=say("The first day that is charged by it, until another one holds. Empty: from the beginning."),
        ),
        ConfigurationField(name="percent", label=say("Late interest, % a year"), help=say("0: none.")),
        IN_USE,
    ),
    columns=("percent", "plan", "from_on", "is_active"),
    sort="from_on",
    guard=_rate,
    words={
        "dunning_rate_day": Words(
            say("This plan has a rate from this day already. Change that one, or choose another day."), field="from_on"
        ),
        "dunning_rate_percent": Words(say("Interest is between 0 and 100 % a year. Correct it."), field="percent"),
    },
    uses=[],  # rates end with their plan
)
MINIMUMS = ConfigurationTable(
    model=DunningMinimum,
    name="dunning_minimums",
    title=say("Smallest amounts"),
    noun=say("smallest amount"),
    about=say("Below which amount overdue a plan reminds of nothing."),
    note="An account that is overdue by less is left alone: no reminder, no fee, no level.",
    group=GROUP,
    position=43,
    permission=PERMISSION,
    tag=say("Dunning"),
    fields=(
        ConfigurationField(name="plan", label=say("Plan"), is_filter=True),
        ConfigurationField(
            name="amount",
            kind=FieldKind.UNIT_PRICE,
            currency="currency",
            api_name="amount_decimal",
            label=say("Smallest amount"),
            help=say("An account that is overdue by less, all together, is reminded of nothing."),
        ),
        ConfigurationField(name="currency", kind=FieldKind.CURRENCY),
        IN_USE,
    ),
    columns=("currency", "plan", "amount", "is_active"),
    sort="currency",
    guard=_minimum,
    words={
        "dunning_minimum_currency": Words(
            say("This plan has a smallest amount of this currency already. Change that one."), field="currency"
        ),
        "dunning_minimum_amount": Words(say("It is above zero. Correct it, or take it out of use."), field="amount"),
    },
    uses=[],  # they end with their plan
)
TABLES = (PLANS, LEVELS, RATES, MINIMUMS)
