"""A permission belongs to the deed: no service writes that asks for none, and no door is open to strangers."""

from __future__ import annotations

import ast

from django.urls import URLPattern, URLResolver, get_resolver
from tests.architecture.test_house_rules import FILES, SOURCE

from subledger.companies.permissions import READY_ROLES, granted, parts, permissions, resource_writes, writes

# Services that write and ask for nothing themselves, and why they need not.
UNASKED = {
    "companies.services.create_company": "an operator's, on the machine itself: no door leads to it",
    "transactions.services.defaults.set_up_company": "an operator's, on the machine itself: no door leads to it",
    "accounts.services.open_system_account": "opened on first need, by a posting that asks for its own",
    "transactions.services.drafts.change_gateway_state": "what becomes of a draft that was asked to be posted",
    "gateways.services.requests.request": "made by orders, links and notices that were let in",
    "gateways.services.outcomes.apply_outcomes": "what a gateway says of a request that was asked for",
    "gateways.services.fees.record_fees": "what a gateway took for a payment that was asked for",
    "gateways.services.fees.learn_fee": "what a gateway took for a payment that was asked for",
    "gateways.services.fees.learn_more": "what a gateway took for a dispute or a refund",
    "gateways.services.fees.learn_of_request": "what a bank took for a booking or a return",
    "gateways.services.fees.take_up_fees": "a step of saving a provider and of taking in a report, which ask",
    "gateways.services.unbooked.close": "what the system itself has dealt with",
    "gateways.services.unbooked.keep": "what a gateway or a bank says, kept for a person",
    "gateways.services.instruments.keep_instrument": "what a gateway says of a card",
    "gateways.services.instruments.forget_token": "what a gateway says of a card",
    "webhooks.services.endpoints.disable": "by a person who was asked, or because the endpoint fails",
    "runs.services.definitions.record_change": "the event of what was asked for",
    "gateways.services.execution.begin": "a step of a report and of an export, which ask",
    "gateways.services.reports.keep_refused": "a step of a report, which asks",
}
DEMANDS = {"demand", "as_follows"}


def services() -> dict[str, ast.FunctionDef]:
    """Every function and method of the modules that write, by dotted name."""
    found = {}
    for path in FILES:
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "services" not in parts and parts[-1] not in ("entries", "events", "decisions"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            for each in inside:
                if isinstance(each, ast.FunctionDef):
                    found[".".join((*parts, each.name))] = each
    return found


def calls_of(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def asking(functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Names of functions that demand a permission, themselves or through one that they call."""
    asks = {name for name, function in functions.items() if "demand" in calls_of(function)}
    while True:
        short = {name.rpartition(".")[2] for name in asks}
        more = {name for name, function in functions.items() if calls_of(function) & short} - asks
        if not more:
            return asks
        asks |= more


def takes_an_actor(function: ast.FunctionDef) -> bool:
    """Whether it writes on somebody's behalf: it is told the actor."""
    return any(argument.arg == "actor" for argument in [*function.args.kwonlyargs, *function.args.args])


def test_every_service_that_writes_demands_a_permission():
    functions = services()
    asks = asking(functions)
    writing = {
        name
        for name, function in functions.items()
        if takes_an_actor(function)
        and not function.name.startswith("_")
        and name not in ("platform.events.record_events", "transactions.services.posting.write")
    }
    assert len(writing) > 50
    assert writing - asks - set(UNASKED) == set()
    assert set(UNASKED) <= set(functions), "a name of the table is gone"


def test_a_service_that_asks_for_nothing_is_found():
    source = "def give(*, actor):\n    row.save()\ndef take(*, actor):\n    give(actor=actor)\n    demand('x')\n"
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert asking(functions) == {"take"}


def demanded() -> set[str]:
    """The permissions that the source names where it demands one, f-strings as far as they are written."""
    names = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "demand" in (
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            ):
                names |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return names


def test_what_is_demanded_can_be_granted():
    known = set(permissions()) | set(parts())
    assert demanded() <= known
    assert len(demanded()) > 15
    assert {part.partition(":")[0] for part in parts()} <= set(permissions())
    assert {one for deeds in resource_writes().values() for one in deeds} <= known
    assert {one for role in READY_ROLES for one in granted(role)} <= set(permissions())
    assert "people.edit" not in writes()


def patterns(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in resolver.url_patterns:
        where = prefix + str(each.pattern)
        found += patterns(each, where) if isinstance(each, URLResolver) else [(where, each)]
    return found


# Addresses of their own, that nobody needs a membership for: each enters a caller itself or does nothing for one.
OPEN = {
    "login/", "login/code/", "logout/", "password/", "password/sent/", "password/<uidb64>/<token>/",
    "invitation/<str:token>",
    "pay/<str:token>", "pay/<str:token>/back", "webhooks/<str:kind>/<str:provider>",
}  # fmt: skip


def test_every_address_enters_a_caller():
    """The API's entrance does it for all below /api/v1/, `staff_page` for pages; what is left is listed here."""
    rest = {
        where
        for where, pattern in patterns(get_resolver())
        if not where.startswith("api/v1/")
        and not hasattr(pattern.callback, "permission")
        and not hasattr(pattern.callback, "is_own")
    }
    assert rest == OPEN
    assert (SOURCE / "api_kit/authentication.py").read_text().count("calling(found.caller)") == 1
