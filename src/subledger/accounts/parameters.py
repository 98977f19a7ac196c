"""The parameter of reports that names an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.report_kit.errors import ParameterInvalid
from subledger.report_kit.tables import Parameter

from .errors import AccountAmbiguous
from .models import Account
from .queries import account_by_name


def read_account(parameter: Parameter, value: Any) -> Account:
    """The account of a code, number or id; ParameterInvalid where there is none."""
    if isinstance(value, Account):
        return value
    found = None
    if isinstance(value, int):
        found = Account.objects.filter(pk=value).first()
    elif "\0" not in str(value):
        try:
            found = account_by_name(str(value))
        except AccountAmbiguous as refusal:
            raise ParameterInvalid(str(refusal), param=parameter.name) from refusal
        if found is None and str(value).startswith("acc_"):
            try:
                found = Account.objects.filter(pk=ids.decode(Account.PREFIX, str(value))).first()
            except ValueError:
                found = None
    if found is None:
        raise ParameterInvalid(
            say("There is no account {value!r} in this company. Give its code, number or id.", value=value),
            param=parameter.name,
        )
    return found


ACCOUNT = Parameter(
    "account", "account", say("Account"), say("Only this account: its code, number or id."), read=read_account
)
ONE_ACCOUNT = replace(ACCOUNT, help=say("The account: its code, number or id."), required=True)
