from __future__ import annotations

from typing import Any

from subledger.kernel.currencies import normalise
from subledger.kernel.errors import DomainError
from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import Parameter
from subledger.transactions.rules.ageing import BUCKETS, Bucket
from subledger.transactions.states import Classification


def _read(parameter: Parameter, value: Any) -> Classification:
    try:
        return Classification(str(value).replace("-", "_"))
    except ValueError:
        raise ParameterInvalid(
            f"{value!r} is not a classification. Use one of: {', '.join(Classification)}.",
            param=parameter.name,
        ) from None


CLASSIFICATION = Parameter(
    "classification", "classification", "Classification", "Only this classification.", read=_read
)


def _bucket(parameter: Parameter, value: Any) -> Bucket:
    found = next((bucket for bucket in BUCKETS if value in (bucket, bucket.name)), None)
    if found is None:
        raise ParameterInvalid(
            f"{value!r} is no bucket of the ageing. Use one of: {', '.join(bucket.name for bucket in BUCKETS)}.",
            param=parameter.name,
        )
    return found


def _currency(parameter: Parameter, value: Any) -> str:
    try:
        return normalise(str(value))
    except DomainError as error:
        raise ParameterInvalid(str(error), param=parameter.name) from None


LATE = Parameter("late", "bucket", "Overdue by", "Only what customers owe in this bucket of the ageing.", read=_bucket)
CURRENCY = Parameter("currency", "currency", "Currency", "Only of accounts in this currency.", read=_currency)
