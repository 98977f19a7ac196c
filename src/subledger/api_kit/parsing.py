"""What of a request cannot be read, in our words: every field at fault, not the first alone."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from typing import Any, NamedTuple

from subledger.kernel.card_numbers import masked
from subledger.kernel.words import MOST_LISTED, cut, listed

MOST = 50  # a body of a thousand wrong items is told of as far as anybody reads
WORDS = {
    "extra_forbidden": "there is no such field",
    "missing": "it is needed and was left out",
    "string_type": "it must be text",
    "string_too_short": "it must have at least {min_length} characters",
    "string_too_long": "it may have {max_length} characters at most",
    "string_pattern_mismatch": "it is not written as it has to be; the form is {pattern}",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "int_parsing_size": "it is too large",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "list_type": "it must be a list",
    "too_short": "it must hold at least {min_length}, and holds {actual_length}",
    "too_long": "it may hold {max_length} at most, and holds {actual_length}",
    "dict_type": "it must be an object of names and values",
    "model_type": "it must be an object of names and values",
    "model_attributes_type": "it must be an object of names and values",
    "literal_error": "it must be {expected}",
    "enum": "it must be {expected}",
    "greater_than_equal": "it must be {ge} or more",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "it must be {le} or less",
    "less_than": "it must be less than {lt}",
}
INSTANT = "it must be an instant with its offset, such as 2026-05-20T10:00:00Z"


class Fault(NamedTuple):
    """One field that cannot be read; ``param`` None is the body itself."""

    param: str | None
    detail: str

    def serialised(self) -> dict[str, str | None]:
        detail = f"{self.detail[0].upper()}{self.detail[1:]}."
        return {"param": self.param and masked(self.param), "detail": masked(detail)}


def faults(errors: Sequence[dict[str, Any]]) -> list[Fault]:
    """Each field once, with the first thing that is wrong with it; the first ones (`MOST`) of many."""
    found: dict[str | None, Fault] = {}
    for error in errors:
        if len(found) == MOST:
            break
        source, *rest = error["loc"]
        param = _pointer(rest[1:] if source == "body" else rest)
        found.setdefault(param, Fault(param, _words(error)))
    return list(found.values())


def fields_at_fault(errors: Sequence[dict[str, Any]]) -> int:
    """How many there are, of which `faults` tells the first."""
    return len({error["loc"] for error in errors})


def refuse_unknown(said: Collection[Any], known: Container[str]) -> None:
    """Tell an object with many names that are none of its fields so at once: one error each would take seconds."""
    unknown = [name for name in said if name not in known]
    if len(unknown) > MOST_LISTED:
        raise ValueError(f"there are no such fields: {listed(unknown)}")


def _words(error: dict[str, Any]) -> str:
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind.startswith(("datetime_", "timezone_")):
        return INSTANT
    if kind == "too_long" and context.get("actual_length") is None:  # of an object nobody counted further
        return f"it may hold {context['max_length']} at most"
    if kind in WORDS:
        return WORDS[kind].format(**context)
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".")


def _pointer(parts: Sequence[Any]) -> str | None:
    """RFC 6901."""
    return "".join(f"/{cut(str(part)).replace('~', '~0').replace('/', '~1')}" for part in parts) or None
