"""Whether what a file says of something is what the books have: equal in every fact that the file states."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from subledger.kernel.numbers import plain_decimal
from subledger.kernel.sentences import say

from . import errors


def refuse_difference(thing: str, name: str, wanted: Mapping[str, tuple[Any, Any]]) -> None:
    """AlreadyDiffers unless each field is in the books as in the file: ``wanted`` has (books, file or None)."""
    for field, (books, file) in wanted.items():
        if file not in (None, "") and books != file:
            raise errors.AlreadyDiffers(thing, name, field, shown(books), shown(file))


def shown(value: Any) -> Any:
    """A fact in a message."""
    if value is None or value == "":
        return say("nothing")
    return plain_decimal(value) if isinstance(value, Decimal) else value
