"""A permission belongs to the deed: no service writes that asks for none, and no door is open to strangers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from tests.architecture.calls import Function, functions_in, functions_of
from tests.architecture.test_house_rules import FILES, SOURCE
from tests.architecture.unasked import UNASKED_BECAUSE
from tests.architecture.writes import written

from subledger.companies.permissions import READY_ROLES, granted, parts, permissions, resource_writes, writes
from subledger.runs.registry import kinds

# Services that write and ask for nothing themselves, and why they need not.
UNASKED = {
    "accounts.services.open_system_account": "opened on first need, by a posting that asks for its own",
    "transactions.services.drafts.change_gateway_state": "what becomes of a draft that was asked to be posted",
    "gateways.services.requests.request": "made by orders, links and notices that were let in",
    "gateways.services.fees.record_fees": "what a gateway took for a payment that was asked for",
    "gateways.services.fees.learn_fee": "what a gateway took for a payment that was asked for",
    "gateways.services.fees.learn_more": "what a gateway took for a dispute or a refund",
    "gateways.services.fees.learn_of_request": "what a bank took for a booking or a return",
    "gateways.services.fees.take_up_fees": "a step of saving a provider and of taking in a report, which ask",
    "gateways.services.unbooked.keep": "what a gateway or a bank says, kept for a person",
    "wallets.services.checks.set_of": "begins a set of wallet transactions, for a deed that asks or is posted",
    "wallets.services.openings.wallets_of": "numbers wallets that are written with what moves in them first",
    "webhooks.services.endpoints.disable": "by a person who was asked, or because the endpoint fails",
    "runs.services.definitions.record_change": "the event of what was asked for",
    "gateways.services.request_sets.request_refunds": "made by refunds that were let in",
    "gateways.services.request_sets.params_for": "made by runs and by those who ask for documents, which ask",
    "collecting.services.asking.asking": "a step of a run, which asks",
    "platform.events.told_by": "part of a statement of somebody else's",
    "gateways.services.execution.begin": "a step of a report and of an export, which ask",
    "gateways.services.reports.keep_refused": "a step of a report, which asks",
    "gateways.services.booking.on_suspense": "what becomes of money that moved and whose account cannot take it",
    "transactions.services.actions.name_mirror_accounts": "a step of writing off, and of looking at it first",
    "messages.services.outbox.send_by_itself": "what follows from a deed that was allowed",
    "messages.services.outbox.send_given": "a step of inviting somebody, or of what they ask for themselves",
    "messages.services.rows.write_row": "a step of sending, which asks",
    "messages.services.rows.unwritten_row": "a step of sending, which asks",
    "messages.services.rows.attach": "a step of sending, which asks",
    "messages.services.sets.write_set": "a step of a run, which asks",
    "documents.services.print_document": "whoever may see a document has it printed; what is kept is what they saw",
    "documents.services.keep_document": "a step of printing and of sending",
    "retries.services.schedule.stop_rows": "what follows from a failure, or a step of stopping and making, which ask",
    "retries.services.trail.tell_scheduled": "what follows from a failure, or a step of making, which asks",
    "retries.services.trail.tell_made_or_not": "what follows from a failure, or a step of stopping, which asks",
    "retries.services.retries.stop_what_is_over": "what follows from what ended the document",
    "retries.services.retries.go_on_by_another_way": "what follows from another way to pay",
    "gateways.services.bars.unbar": "what follows from a card that changed or paid, or a step of allowing it",
    "gateways.services.handover.submit": "a step of posting through a gateway and of paying credit out, which ask",
}
DEMAND = "platform.callers.demand"
# What a protocol says of others is carried out by them.
PROTOCOLS = {"transactions.services.carriers.Carrier"}


AS_FOLLOWS = "platform.callers.as_follows"
# What whoever does by hand what a step of a run does is asked for: by the service itself, or, of those in `UNASKED`
# that are steps of runs, by the run alone.
DEEDS = {
    "wallets.services.expiry.expire_lots": ("wallets.expire",),
    "dunning.services.printouts.lapse_letters": ("messages.send",),
    "messages.services.sets.write_set": ("messages.send",),
    "messages.services.outbox.read": ("messages.send",),
    "messages.services.outbox.write_once": ("messages.send",),
    "transactions.services.actions.write_off": ("transactions.write_off",),
    "transactions.services.drafts.demand_to_draft": ("transactions.draft",),
    "transactions.services.drafts.reject_drafts": ("transactions.draft",),
    "gateways.services.payouts.pay_out": ("transactions.refund", "gateways.charge"),
    "collecting.services.asking.asking": ("gateways.charge",),
}
# Those that ask for what each order is, whatever it is: who calls them stands above, or posts.
GENERIC = {"transactions.services.decision._attempt", "transactions.services.drafts._save"}
GENERIC |= {"transactions.services.draft_sets.make_pending"}


def is_of_services(name: str, function: Function) -> bool:
    """Whether it stands in a module that writes."""
    module = name.removesuffix(function.node.name).rstrip(".").removesuffix(function.of).rstrip(".").split(".")
    return "services" in module or module[-1] in ("entries", "events", "decisions")


@cache
def functions_of_source() -> dict[str, Function]:
    return functions_in(FILES, SOURCE)


def asking(functions: Mapping[str, Function]) -> set[str]:
    """Names of functions that demand a permission, themselves or through one that they call."""
    asks = {name for name, function in functions.items() if DEMAND in function.calls}
    while True:
        more = {name for name, function in functions.items() if function.calls & asks} - asks
        if not more:
            return asks
        asks |= more


def takes_an_actor(function: ast.FunctionDef) -> bool:
    """Whether it writes on somebody's behalf: it is told the actor."""
    return any(argument.arg == "actor" for argument in [*function.args.kwonlyargs, *function.args.args])


def test_every_service_that_writes_demands_a_permission():
    functions = functions_of_source()
    writing = {
        name
        for name, function in functions.items()
        if is_of_services(name, function)
        and takes_an_actor(function.node)
        and not function.node.name.startswith("_")
        and name not in ("platform.events.record_events", "transactions.services.posting.write")
        and name.rpartition(".")[0] not in PROTOCOLS
    }
    assert len(writing) > 50
    assert sorted(writing - asking(functions)) == sorted(UNASKED)


def test_whatever_writes_demands_a_permission_or_says_why_it_need_not():
    """Wherever it stands, and whether it is told an actor or not."""
    writing = {name for name in written(FILES, SOURCE) if not any(part.startswith("_") for part in name.split("."))}
    assert len(writing) > 200
    named = [name for names in UNASKED_BECAUSE.values() for name in names.split()]
    assert len(named) == len(set(named))
    assert not set(named) & UNASKED.keys(), "it stands in UNASKED already"
    assert sorted(writing - asking(functions_of_source()) - UNASKED.keys()) == sorted(named)


def reached_from(functions: Mapping[str, Function], first: Callable[..., object]) -> set[str]:
    """What a stage of a kind of run calls, by itself or through others; what only follows from a deed is left out."""
    found: set[str] = set()
    ahead = {f"{first.__module__.removeprefix('subledger.')}.{first.__qualname__}"}
    while ahead:
        name = ahead.pop()
        found.add(name)
        if name in functions and AS_FOLLOWS not in functions[name].calls:
            ahead |= (functions[name].calls & functions.keys()) - found
    return {name for name in found if not name.startswith("transactions.rules.decisions.")}


def test_whoever_starts_a_run_may_do_by_hand_what_it_does():
    functions = functions_of_source()
    for kind in kinds():
        if kind.name not in ("import", "import_check"):  # rows ask for themselves, by what stands in them
            stages = [kind.execute, kind.execute_set, kind.prepare, kind.finish]
            reached = {name for stage in stages if stage is not None for name in reached_from(functions, stage)}
            asks = {name for name in reached if name in functions and DEMAND in functions[name].calls}
            assert asks <= DEEDS.keys() | GENERIC, kind.name
            needed = {deed for name in reached & DEEDS.keys() for deed in DEEDS[name]}
            assert needed <= set(kind.permissions.execute), kind.name


PROBE = {
    "toys.services.gifts": """
from django.db import connection
from subledger.messages.services.outbox import send_given
def give(*, actor):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM toys")
    _kept(actor)
def _kept(actor): ...
def write(*, actor):
    send_given(actor=actor)
def take(*, actor):
    give(actor=actor)
    demand("x")
def hand_on(*, actor):
    Deciding(demand=demand)
class Deciding:
    def go(self, *, actor):
        self._ask()
    def _ask(self):
        permissions.demand("x")
def through(one, *, actor):
    one.go(actor=actor)
""",
    "posting.services": """
from subledger.platform.callers import demand
def execute(): demand("x")
def _kept(): demand("x")
""",
}
IMPORTS = "from subledger.platform import callers as permissions\nfrom subledger.platform.callers import demand\n"


def test_who_asks_is_told_by_what_is_imported_and_not_by_a_name_alone():
    probe = PROBE | {"toys.services.gifts": IMPORTS + PROBE["toys.services.gifts"]}
    here = "toys.services.gifts."
    asks = {name.removeprefix(here) for name in asking(functions_of(probe)) if name.startswith(here)}
    assert asks == {"take", "hand_on", "Deciding.go", "Deciding._ask", "through"}


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
    "pay/<str:token>", "pay/<str:token>/back", "pay/<str:token>/<slug:file>", "webhooks/<str:kind>/<str:provider>",
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
