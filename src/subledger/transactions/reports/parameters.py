from __future__ import annotations

from typing import Any

from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import Parameter
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
