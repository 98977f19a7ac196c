from __future__ import annotations

from enum import StrEnum
from typing import Any

from subledger.kernel.currencies import normalise
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import Parameter
from subledger.transactions import labels
from subledger.transactions.rules.ageing import BUCKETS, Bucket
from subledger.transactions.states import Classification


def _read(parameter: Parameter, value: Any) -> Classification:
    try:
        return Classification(str(value).replace("-", "_"))
    except ValueError:
        raise ParameterInvalid(
            say(
                "{value!r} is not a classification. Use one of: {classification}.",
                value=value,
                classification=", ".join(Classification),
            ),
            param=parameter.name,
        ) from None


CLASSIFICATION = Parameter("classification", "classification", labels.TYPE, say("Only this type."), read=_read)


def _bucket(parameter: Parameter, value: Any) -> Bucket:
    found = next((bucket for bucket in BUCKETS if value in (bucket, bucket.name)), None)
    if found is None:
        raise ParameterInvalid(
            say(
                "{value!r} is no bucket of the ageing. Use one of: {buckets}.",
                value=value,
                buckets=", ".join(bucket.name for bucket in BUCKETS),
            ),
            param=parameter.name,
        )
    return found


def _currency(parameter: Parameter, value: Any) -> str:
    try:
        return normalise(str(value))
    except DomainError as error:
        raise ParameterInvalid(str(error), param=parameter.name) from None


class By(StrEnum):
    """From which day what is open is late."""

    AGREED = "agreed"
    DUE = "due"


BY_WORDS = {By.AGREED: say("Agreed day"), By.DUE: say("Due date")}


def _by(parameter: Parameter, value: Any) -> By:
    try:
        return By(str(value))
    except ValueError:
        raise ParameterInvalid(
            say("{value!r} is not how days are counted. Use one of: {known}.", value=value, known=", ".join(By)),
            param=parameter.name,
        ) from None


BY = Parameter(
    "by",
    "by",
    say("Days counted from"),
    say("agreed: what is promised counts from its agreed day, as if left out. due: all of it from its due date."),
    read=_by,
)
LATE = Parameter(
    "late", "bucket", say("Overdue by"), say("Only what customers owe in this bucket of the ageing."), read=_bucket
)
CURRENCY = Parameter("currency", "currency", say("Currency"), say("Only of accounts in this currency."), read=_currency)


class Whose(StrEnum):
    """On whose accounts things stand."""

    CUSTOMERS = "customers"
    OWN = "own"  # suspense, and what was written off
    ALL = "all"


WHOSE_WORDS = {Whose.CUSTOMERS: say("Customers"), Whose.OWN: say("Your own"), Whose.ALL: say("All")}


def _whose(parameter: Parameter, value: Any) -> Whose:
    try:
        return Whose(str(value))
    except ValueError:
        raise ParameterInvalid(
            say("{value!r} are no accounts. Use one of: {known}.", value=value, known=", ".join(Whose)),
            param=parameter.name,
        ) from None


WHOSE = Parameter(
    "accounts",
    "whose",
    say("Accounts"),
    say(
        "customers: theirs alone, as ageing does and as if left out. own: the company's, such as suspense and what was "
        "written off. all: both. An account that is named is told whosesoever it is."
    ),
    read=_whose,
)
