"""How much of a transaction an action takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import core_schema

from subledger.kernel.money import LARGEST_MINOR
from subledger.transactions.rules.orders import ALL, Amount


@dataclass(frozen=True)
class _AmountOrAll:
    """Reads minor units, or the word "all": an action that moves money has no amount by default."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        whole = {"type": "integer", "minimum": 1, "maximum": LARGEST_MINOR}
        return {"anyOf": [whole, {"type": "string", "enum": [ALL]}]}

    def read(self, value: Any) -> Amount:
        if value == ALL and isinstance(value, str):
            return ALL
        if type(value) is not int:
            raise ValueError('it must be a whole number of minor units, or "all"')
        return value


AmountOrAll = Annotated[Any, _AmountOrAll()]
