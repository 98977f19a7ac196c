"""Write ``stripe_sandbox/data/params.json``: which parameters each endpoint takes, read from the SDK in use.

Run ``python -m tests.stripe_sandbox.generate_params`` after changing the SDK's version; a test compares the file with
what this module would write. A type is written as a primitive ("str", "int", "bool", "float", "decimal", "empty",
"any"), the name of an object type, or a list: ["list", T], ["map", T], ["enum", ...], ["or", A, B, ...].
"""

import ast
import importlib
import json
import re
import sys
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import stripe
import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

FILE = Path(__file__).parents[2] / "src" / "stripe_sandbox" / "data" / "params.json"
SDK = Path(stripe.__file__).parent

SERVED = re.compile(
    r"/v1/(account|balance|balance_transactions|charges|checkout/sessions|coupons|credit_notes"
    r"|customers|disputes|events|invoice_payments|invoiceitems|invoices|mandates|payment_intents|payment_methods"
    r"|payouts|prices|products|promotion_codes|refunds|setup_attempts|setup_intents|subscription_items|subscriptions"
    r"|tax_rates|webhook_endpoints|test_helpers/test_clocks)(/|$)"
)
NOT_SERVED = re.compile(
    r"^/v1/accounts/|cash_balance|funding_instructions|/sources|bank_account|/persons|external_account|/features"
)
PRIMITIVES = {str: "str", int: "int", bool: "bool", float: "float", Decimal: "decimal", typing.Any: "any"}


def endpoints() -> Iterator[tuple[str, str, type | None]]:
    """Every ``(method, path, type of the parameters)`` that the SDK's services call."""
    for file in sorted(SDK.rglob("_*_service.py")):
        tree = ast.parse(file.read_text())
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules = {alias.name: node.module for node in imports for alias in node.names}
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            named = re.search(r"'(\w+Params)'", ast.unparse(node.args))
            params = getattr(importlib.import_module(modules[named[1]]), named[1]) if named else None
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "self._request":
                    method, path = call.args[:2]
                    text = path.func.value if isinstance(path, ast.Call) else path
                    yield method.value.upper(), text.value, params


class Types:
    """Collects the object types that the endpoints name."""

    def __init__(self) -> None:
        self.written: dict[str, dict] = {}

    def name_of(self, cls: type) -> str:
        if cls.__name__ not in self.written:
            self.written[cls.__name__] = {}
            declared = {k: v for k, v in cls.__annotations__.items() if k not in RequestOptions.__annotations__}
            holder = type(cls.__name__, (), {"__annotations__": declared})
            own = typing.get_type_hints(holder, vars(sys.modules[cls.__module__]), include_extras=True)
            entry: dict = {"fields": {k: self.written_type(v) for k, v in sorted(own.items())}}
            required = sorted(k for k, v in own.items() if typing.get_origin(v) is not typing_extensions.NotRequired)
            if required:
                entry["required"] = required
            self.written[cls.__name__] = entry
        return cls.__name__

    def written_type(self, hint: typing.Any) -> typing.Any:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing_extensions.NotRequired:
            return self.written_type(args[0])
        if origin is typing.Literal:
            return "empty" if args == ("",) else ["enum", *args]
        if origin in (typing.Union, types.UnionType):
            return self.written_union(args)
        if origin in (list, typing.List):  # noqa: UP006 - what the SDK writes
            return ["list", self.written_type(args[0])]
        if origin in (dict, typing.Dict):  # noqa: UP006
            return ["map", self.written_type(args[1])]
        if hint in PRIMITIVES:
            return PRIMITIVES[hint]
        return self.name_of(hint)

    def written_union(self, args: tuple) -> typing.Any:
        untyped = [a for a in args if typing.get_origin(a) is UntypedStripeObject or a is UntypedStripeObject]
        members = [self.written_type(a) for a in args if a not in untyped and a is not type(None)]
        if any(isinstance(m, list) and m[0] == "enum" for m in members):
            members = [m for m in members if m != "str"]  # the SDK leaves its enumerations open, the API does not
        if "decimal" in members:
            members = [m for m in members if m != "str"]
        return members[0] if len(members) == 1 else ["or", *members]


def generate() -> str:
    """The file's text."""
    collected, routes = Types(), {}
    for method, path, params in endpoints():
        if SERVED.match(path) and not NOT_SERVED.search(path):
            routes[f"{method} {path}"] = collected.name_of(params) if params else None
    text = {"sdk": stripe.VERSION, "api_version": stripe.api_version}
    text |= {"routes": dict(sorted(routes.items())), "types": dict(sorted(collected.written.items()))}
    return json.dumps(text, separators=(",", ":")).replace('},"', '},\n"') + "\n"


if __name__ == "__main__":
    FILE.write_text(generate())
