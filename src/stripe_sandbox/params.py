"""Parameters: which ones an endpoint takes and of what type, checked before the endpoint begins.

The table in ``data/params.json`` is read from Stripe's SDK. A value leaves here as the type it is declared to be; an
empty string, where it may clear a field, leaves as None.
"""

import json
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any

from stripe_sandbox.errors import StripeError, invalid, missing_param
from stripe_sandbox.forms import Form, spelled

_TABLE = json.loads((files("stripe_sandbox") / "data" / "params.json").read_text())
ROUTES: dict[str, str | None] = _TABLE["routes"]
API_VERSION: str = _TABLE["api_version"]
_TYPES: dict[str, dict[str, Any]] = _TABLE["types"]
_NOTHING: dict[str, Any] = {"fields": {"expand": ["list", "str"]}}

Path = tuple[str, ...]


def check(declared: str | None, form: Form) -> dict[str, Any]:
    """The typed parameters of one request, or a 400 that names the first one that is wrong."""
    return _object(_TYPES[declared] if declared else _NOTHING, form, ())


def declared_for(method: str, path: str) -> str | None:
    """The name of the parameters' type for a route of the SDK."""
    return ROUTES[f"{method} {path}"]


def _object(declared: dict[str, Any], form: Form, path: Path) -> dict[str, Any]:
    fields = declared["fields"]
    unknown = [spelled((*path, name)) for name in form if name not in fields]
    if unknown:
        label = "parameter" if len(unknown) == 1 else "parameters"
        raise _refused(f"Received unknown {label}: {', '.join(unknown)}", unknown[0], "parameter_unknown")
    for name in declared.get("required", ()):
        if name not in form:
            raise missing_param(spelled((*path, name)))
    return {name: _value(fields[name], value, (*path, name)) for name, value in form.items()}


def _value(declared: Any, value: Any, path: Path) -> Any:
    if isinstance(declared, str):
        reader = _PRIMITIVES.get(declared)
        if reader:
            return reader(value, path)
        if not isinstance(value, dict):
            raise _refused("Invalid object", spelled(path))
        return _object(_TYPES[declared], value, path)
    kind, *inner = declared
    if kind == "or":
        return _one_of(inner, value, path)
    if kind == "enum":
        if value not in inner:
            *most, last = inner
            choices = f"{', '.join(most)}{',' if len(most) > 1 else ''} or {last}" if most else last
            raise _refused(f"Invalid {spelled(path)}: must be one of {choices}", spelled(path))
        return value
    if kind == "list":
        return _list(inner[0], value, path)
    if path[-1] == "metadata":
        return _metadata(value, path)
    if not isinstance(value, dict):
        raise _refused("Invalid object", spelled(path))
    return {name: _value(inner[0], member, (*path, name)) for name, member in value.items()}


def _one_of(choices: list[Any], value: Any, path: Path) -> Any:
    if value == "" and "empty" in choices:
        return None
    choices = [choice for choice in choices if choice != "empty"]
    refusal: StripeError | None = None
    for choice in choices:
        try:
            return _value(choice, value, path)
        except StripeError as error:
            # The most telling refusal is that of the choice that has the form of what was sent.
            if refusal is None or isinstance(value, dict) == _is_nested(choice):
                refusal = error
    assert refusal is not None
    raise refusal


def _is_nested(declared: Any) -> bool:
    return declared not in _PRIMITIVES if isinstance(declared, str) else declared[0] in ("list", "map")


def _list(declared: Any, value: Any, path: Path) -> list[Any]:
    if not isinstance(value, dict):
        raise _refused("Invalid array", spelled(path))
    try:
        positions = sorted(value, key=int)
    except ValueError:
        raise _refused("Invalid array", spelled(path)) from None
    return [_value(declared, value[position], (*path, position)) for position in positions]


def _metadata(value: Any, path: Path) -> dict[str, str | None]:
    """At most 50 keys of 40 characters with values of 500; an empty value unsets its key."""
    name = spelled(path)
    if not isinstance(value, dict) or any(isinstance(member, dict) for member in value.values()):
        raise _refused("Metadata must be a hash of keys and string values", name)
    if len(value) > 50:
        raise _refused("Metadata can have at most 50 keys", name)
    for key, text in value.items():
        if len(key) > 40:
            raise _refused(f"Metadata keys must be under 40 characters: {key[:40]}…", name)
        if len(text) > 500:
            raise _refused(f"Metadata values can have up to 500 characters; {key} has {len(text)}", f"{name}[{key}]")
    return {key: text or None for key, text in value.items()}


def _text(value: Any, path: Path) -> str:
    if not isinstance(value, str):
        raise _refused(f"Invalid string: {value}", spelled(path))
    if value == "":
        name = spelled(path)
        raise _refused(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty "
            "value.",
            name,
            "parameter_invalid_empty",
        )
    if len(value) > 5000:
        name = spelled(path)
        raise _refused(f"Invalid string: {name} is too long (maximum is 5000 characters)", name)
    return value


def _integer(value: Any, path: Path) -> int:
    digits = value[1:] if isinstance(value, str) and value[:1] == "-" else value
    if not isinstance(value, str) or not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise _refused(f"Invalid integer: {value}", spelled(path), "parameter_invalid_integer")
    return int(value)


def _boolean(value: Any, path: Path) -> bool:
    if value not in ("true", "false", "True", "False", "1", "0"):
        raise _refused(f"Invalid boolean: {value}", spelled(path))
    return value in ("true", "True", "1")


def _decimal(value: Any, path: Path) -> Decimal:
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise _refused(f"Invalid decimal: {value}", spelled(path)) from None
    if not number.is_finite():
        raise _refused(f"Invalid decimal: {value}", spelled(path))
    return number


def _anything(value: Any, path: Path) -> Any:
    return value


_PRIMITIVES = {
    "str": _text,
    "int": _integer,
    "bool": _boolean,
    "float": _decimal,  # percentages: exact, and written back as a number
    "decimal": _decimal,
    "any": _anything,
}


def _refused(message: str, param: str, code: str | None = None) -> StripeError:
    return invalid(message, param, code, is_kept=False)
