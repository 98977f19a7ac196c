"""The parameter of reports that names an account of the chart."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import Parameter

from .models import LedgerAccount
from .queries import ledger_account_coded


def _read(parameter: Parameter, value: Any) -> LedgerAccount:
    found = value if isinstance(value, LedgerAccount) else None
    if found is None and "\0" not in str(value):
        found = ledger_account_coded(str(value).strip())
    if found is None:
        raise ParameterInvalid(
            say(
                "There is no ledger account {code!r} in this company. Give the code of one of the chart.",
                code=str(value),
            ),
            param=parameter.name,
        )
    return found


LEDGER_ACCOUNT = Parameter(
    "ledger_account", "ledger_account", say("Ledger account"), say("Its code, such as 1200."), required=True, read=_read
)
