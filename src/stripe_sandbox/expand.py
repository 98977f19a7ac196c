"""``expand[]``: ids replaced by the objects they name, in a copy of what is answered."""

from collections.abc import Callable
from typing import Any

from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account

Included = Callable[[Account, Object], Any]
#: Fields that an object shows only when asked, by ``(object, field)``.
INCLUDABLE: dict[tuple[str, str], Included] = {}
DEEPEST = 4


def includable(kind: str, field: str) -> Callable[[Included], Included]:
    """Register what ``expand[]=field`` adds to objects of a kind, such as a charge's ``refunds``."""

    def register(function: Included) -> Included:
        INCLUDABLE[kind, field] = function
        return function

    return register


def expand(account: Account, answer: Object, paths: list[str]) -> Object:
    """``answer`` with every path expanded; what is stored stays as it is."""
    for path in paths:
        parts = path.split(".")
        depth = len(parts) - (parts[0] == "data")
        if depth > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels of a property: {path}", "expand")
        answer = _expanded(account, answer, parts, path)
    return answer


def _expanded(account: Account, thing: Any, parts: list[str], path: str) -> Any:
    if thing is None or not parts:
        return thing
    if isinstance(thing, list):
        return [_expanded(account, _resolved(account, member), parts, path) for member in thing]
    field, *rest = parts
    include = INCLUDABLE.get((thing.get("object", ""), field))
    value = include(account, thing) if include and not isinstance(thing.get(field), dict) else thing.get(field)
    if value is None and field not in thing:
        raise _refused(path)
    if isinstance(value, str):
        value = account.find(value)
        if value is None:
            raise _refused(path)
    elif isinstance(value, list):
        value = [_resolved(account, member) for member in value]
    elif value is not None and not isinstance(value, dict):
        raise _refused(path)
    return {**thing, field: _expanded(account, value, rest, path)}


def _resolved(account: Account, member: Any) -> Any:
    return (account.find(member) or member) if isinstance(member, str) else member


def _refused(path: str) -> StripeError:
    return invalid(
        f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead."
        if "." not in path
        else f"This property cannot be expanded ({path}).",
        "expand",
    )
