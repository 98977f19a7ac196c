"""Objects as Stripe writes them: each begins as the published example of its resource."""

import json
import marshal
from decimal import Decimal
from importlib.resources import files
from typing import Any

Object = dict[str, Any]

EXAMPLES: dict[str, Object] = json.loads((files("stripe_sandbox") / "data" / "shapes.json").read_text())


class Shape:
    """The form of one resource: the published example with the values that a new object starts from.

    ``Shape("customer", address=None, balance=0).new(id="cus_1", name="Ana")``. Naming a field that the example lacks is
    refused unless it is listed in ``beyond``, so a slip of the pen does not become a field.
    """

    def __init__(self, resource: str, *, beyond: tuple[str, ...] = (), **start: Any) -> None:
        example = EXAMPLES[resource]
        strange = set(start) - set(example) - set(beyond)
        if strange:
            raise ValueError(f"{resource} has no {sorted(strange)}")
        # marshal copies plain values several times faster than copy.deepcopy, and each new object is such a copy.
        self._frozen = marshal.dumps({**example, **start})
        self._known = frozenset(example) | frozenset(beyond)
        self.resource = resource

    def new(self, **fields: Any) -> Object:
        """A new object of its own, nested values included."""
        if not self._known.issuperset(fields):
            raise ValueError(f"{self.resource} has no {sorted(set(fields) - self._known)}")
        made: Object = marshal.loads(self._frozen)
        made.update(fields)
        return made


def snapshot(thing: Object) -> Object:
    """A copy that later changes do not reach."""
    copy: Object = marshal.loads(marshal.dumps(thing))
    return copy


def merge_metadata(thing: Object, params: dict[str, Any]) -> None:
    """Take ``params["metadata"]`` into an object: given keys are set, empty ones unset, None clears all."""
    if "metadata" not in params:
        return
    given = params["metadata"]
    merged = {} if given is None else {**(thing.get("metadata") or {}), **given}
    thing["metadata"] = {key: text for key, text in merged.items() if text is not None}


def metadata_of(params: dict[str, Any]) -> dict[str, str]:
    """The metadata of a new object: what was given, less the empty values."""
    return {key: text for key, text in (params.get("metadata") or {}).items() if text is not None}


def take(thing: Object, params: dict[str, Any], *names: str) -> None:
    """Copy the named parameters that were given, and metadata, into an object."""
    for name in names:
        if name in params:
            thing[name] = _number(params[name])
    merge_metadata(thing, params)


def _number(value: Any) -> Any:
    """Parameters that are numbers with decimals come exact and are shown as JSON numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return {name: _number(member) for name, member in value.items()} if isinstance(value, dict) else value


ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def address(given: dict[str, Any] | None) -> Object | None:
    """An address with all its fields, or None."""
    return None if given is None else {**ADDRESS, **given}
