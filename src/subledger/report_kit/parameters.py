"""What a report is asked with: days, flags, and the words of rooms, as people write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from subledger.kernel.days import asked_day
from subledger.kernel.errors import DayInvalid
from subledger.kernel.sentences import say, say_of

from .errors import ParameterInvalid


@dataclass(frozen=True, slots=True)
class Parameter:
    """``kind`` is date, flag, or the word of a room that brings ``read``: it makes a value of what a person wrote, or
    raises ParameterInvalid. What is not ``required`` has a default.
    """

    name: str
    kind: str
    label: str
    help: str
    required: bool = False
    read: Callable[[Parameter, Any], Any] | None = None


AS_OF = Parameter("as_of", "date", say("As of"), say("End of this day; today if left out."))
FROM = Parameter("from", "date", say("From"), say("First day; 1 January of the last day's year if left out."))
TO = Parameter("to", "date", say_of("day", "To"), say("Last day, included; today if left out."))
BASE = Parameter("base", "flag", say("In base currency"), say("All of it in the company's base currency."))
COMPARE = Parameter("compare", "date", say("Compare with"), say("The balances at the end of this day beside them."))


def fill_in(read: dict[str, Any], today: date) -> None:
    for name in ("as_of", "to"):
        if name in read and read[name] is None:
            read[name] = today
    if "from" in read:
        if read["from"] is None:
            read["from"] = min(read["to"].replace(month=1, day=1), read["to"])
        if read["from"] > read["to"]:
            raise ParameterInvalid(
                say("{first} is after {last}. Put the earlier first.", first=read["from"], last=read["to"]),
                param="from",
            )


def read_value(parameter: Parameter, value: Any) -> Any:
    if value in (None, ""):
        if parameter.required:
            raise ParameterInvalid(
                say("{parameter} is needed. {help}", parameter=parameter.label, help=parameter.help),
                param=parameter.name,
            )
        return None if parameter.kind != "flag" else False
    return (parameter.read or _READERS[parameter.kind])(parameter, value)


def _date(parameter: Parameter, value: Any) -> date:
    try:
        return asked_day(str(value))
    except DayInvalid as refusal:
        raise ParameterInvalid(str(refusal), param=parameter.name) from None


def _flag(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise ParameterInvalid(say("{value!r} is neither yes nor no.", value=value), param=parameter.name)
    return text in ("true", "1", "yes", "on")


_READERS: dict[str, Callable[[Parameter, Any], Any]] = {
    "date": _date,
    "flag": _flag,
}
