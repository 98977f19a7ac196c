"""Habits of the house that no linter knows, held by reading the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from subledger.kernel.ids import Named, noun_of
from subledger.transactions.rules import checks

SOURCE = Path(__file__).parents[2] / "src/subledger"
# Who may look across companies: what finds out whose key, membership or invitation it is, before a company is known.
UNSCOPED_ALLOWED = (
    "companies/queries.py", "gateways/due_work.py", "imports/due_work.py", "messages/due_work.py", "people/queries.py",
    "platform/event_order.py", "retries/due_work.py", "runs/due_work.py",
    "transactions/overdue.py", "transactions/sums.py",  # of accounts in scope: their own index answers alone
)  # fmt: skip
# Services that enter a company's scope: of one that was just made or joined, or of an endpoint, each with its own net.
SCOPES_ENTERED = {
    "companies/services.py", "people/services/logins.py", "transactions/services/defaults.py",
    "webhooks/services/delivery.py",
}  # fmt: skip
# Who takes locks of rows itself, by what they are of. Accounts and books are locked in `accounts/locks.py` and
# `companies/locks.py` alone: whoever moves money takes them there, in the one order of docs/architecture.md.
LOCKS_TAKEN = {
    "the company or its configuration, one row": {
        "companies/entries.py", "companies/formats.py", "companies/provision.py", "companies/saved_views.py",
        "companies/services.py", "companies/setup.py", "people/services/second_factor.py", "retries/tables.py",
        "runs/services/definitions.py", "segments/services.py", "webhooks/services/endpoints.py",
    },
    "customers, of whom contacts are": {"accounts/contacts.py"},
    "one record that people work at, of no money": {
        "attachments/services.py", "desk/services.py", "gateways/services/unbooked.py", "imports/endings.py",
        "messages/services/outbox.py", "messages/services/suppressions.py", "people/services/logins.py",
        "promises/services/disputes.py", "runs/services/control.py",
    },
    "requests, behind the locks of their accounts, by id": {
        "gateways/services/batches.py", "gateways/services/execution.py", "gateways/services/outcomes.py",
        "gateways/services/reconciliation.py", "gateways/services/withdrawal.py",
    },
    "drafts and retries, behind the locks of their accounts, by id": {
        "retries/services/retries.py", "transactions/services/drafts.py",
    },
    "letters and fees, by id": {"dunning/services/printouts.py", "gateways/services/fees.py"},
    "work that is taken by whoever comes first": {
        "gateways/services/inbox.py", "gateways/services/links.py", "gateways/services/returns.py",
        "gateways/services/worker.py", "messages/services/delivery.py", "people/services/resets.py",
        "platform/installation.py", "platform/listeners.py", "runs/services/start.py", "runs/services/worker.py",
        "webhooks/services/event_queue.py", "webhooks/services/outcomes.py",
    },
}  # fmt: skip
LOCKING = ("accounts/locks.py", "companies/locks.py")
FORBIDDEN_CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("timezone", "now")}

SANDBOX = SOURCE.parent / "stripe_sandbox"
LONGEST_FILE = 400


def layers() -> list[str]:
    """The rooms, from the highest floor to the lowest."""
    linter = ConfigParser()
    linter.read(SOURCE.parents[1] / ".importlinter")
    return [line.strip("()") for line in linter["importlinter:contract:layers"]["layers"].split()]


# Whatever has accounts below it carries money, and so does what writes and reads amounts for all.
MONEY_ROOMS = {*layers()[: layers().index("accounts") + 1], "kernel", "import_kit", "report_kit"} - {
    "cli",
    "config",
    "demo",
}
SECONDS = (
    "gateways/interactive.py", "gateways/port.py", "gateways/services/worker.py", "reports/monitoring.py",
)  # fmt: skip

FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
ROOMS = sorted(path.parent for path in SOURCE.glob("*/__init__.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module", autouse=True)
def _parsed_once() -> Iterator[None]:
    """Every rule reads the same sources; what was made of them goes with the last."""
    yield
    nodes.cache_clear()


def trees(files: list[Path]) -> Iterator[tuple[str, ast.AST]]:
    for path in files:
        for node in nodes(path):
            yield f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}", node


def of_rooms(*rooms: str) -> list[Path]:
    return [path for path in FILES if path.relative_to(SOURCE).parts[0] in rooms]


def floats(files: list[Path]) -> list[str]:
    return [
        where
        for where, node in trees(files)
        if (isinstance(node, ast.Constant) and type(node.value) is float)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]


def clocks(files: list[Path]) -> list[str]:
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.Attribute) and (ast.unparse(node.value).rsplit(".")[-1], node.attr) in FORBIDDEN_CLOCKS
    ]


def foreign_days(files: list[Path]) -> list[str]:
    """Days of an instant, or of the database's clock, that are not those of the company's time zone."""
    return [
        where
        for where, node in trees(files)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and re.search(r"(\bnow\(\)|_at|\.since)$", ast.unparse(node.func.value))
        )
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and "current_date" in node.value.lower())
    ]


def hundreds(files: list[Path]) -> list[str]:
    """``x * 100`` and ``x / 100``: right for euros, wrong for yen and dinars."""
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv)
        and any(isinstance(side, ast.Constant) and side.value == 100 for side in (node.left, node.right))
        and "minor" in ast.unparse(node).lower()
    ]


def unscoped(files: list[Path]) -> list[str]:
    return [where for where, node in trees(files) if isinstance(node, ast.Attribute) and node.attr == "unscoped"]


def scopes(files: list[Path]) -> list[str]:
    """``with company_scope(…)``: what goes through companies is a sweep (`jobs.of_company`: each has its turn)."""
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".")[-1] == "company_scope"
    ]


def locks(files: list[Path]) -> list[str]:
    """``rows.select_for_update()``: a lock has its place in one order, or circles close."""
    return [
        where for where, node in trees(files) if isinstance(node, ast.Attribute) and node.attr == "select_for_update"
    ]


def locks_of_accounts(files: list[Path]) -> list[str]:
    """Those on rows of accounts, wherever they stand."""
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.Attribute)
        and node.attr == "select_for_update"
        and re.match(r"Account\.", ast.unparse(node))
    ]


def transaction_module(files: list[Path]) -> list[str]:
    """``from django.db import transaction``: here a transaction is a financial one."""
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.db"
        and any(alias.name == "transaction" for alias in node.names)
    ]


def prefixes(files: list[Path]) -> list[str]:
    """``encode("acc", …)``: what ids begin with is said by the model (`PREFIX`)."""
    return [
        where
        for where, node in trees(files)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rsplit(".")[-1] in {"encode", "decode", "IdOf"}
        and len(node.args) == (1 if ast.unparse(node.func).endswith("IdOf") else 2)
        and isinstance(node.args[0], ast.Constant)
        and len(str(node.args[0].value)) == 3  # not text.encode("ascii", "replace")
    ]


def simple_queues(files: list[Path]) -> list[str]:
    """``SimpleQueue().get(timeout=…)`` waits for ever (CPython 3.11) where the time is over before it begins to."""
    return [
        where for where, node in trees(files) if "SimpleQueue" in (getattr(node, "attr", ""), getattr(node, "id", ""))
    ]


def test_no_file_holds_what_a_merge_left():
    """A docstring may hold both sides of a conflict, and no tool minds."""
    files = [
        path for path in SOURCE.rglob("*") if path.suffix in {".py", ".sql", ".html", ".po", ".js", ".css", ".typ"}
    ]
    marks = re.compile(r"^\s*(<{7} |>{7} )", re.MULTILINE)
    assert len(files) > 500
    assert [path for path in files if marks.search(path.read_text(encoding="utf-8"))] == []


def test_no_float_on_the_way_of_money():
    found = {where.partition(":")[0] for where in floats(of_rooms(*MONEY_ROOMS))}
    assert found == set(SECONDS), "a float, or a module whose seconds are none any more"
    assert {"gateways", "collecting", "dunning", "promises", "retries", "imports"} <= MONEY_ROOMS


def test_the_clock_is_read_at_one_place():
    elsewhere = [path for path in FILES if path != SOURCE / "platform/clock.py"]
    assert clocks(elsewhere) == []


def test_a_day_is_one_of_the_companys_time_zone():
    assert foreign_days(FILES) == []


def test_minor_units_come_from_the_currency_never_from_a_hundred():
    assert hundreds(FILES) == []


def test_only_a_few_places_look_across_companies():
    elsewhere = [path for path in FILES if str(path.relative_to(SOURCE)) not in UNSCOPED_ALLOWED]
    assert unscoped(elsewhere) == []


def test_no_service_goes_through_companies():
    services = [path for path in FILES if {"services", "services.py"} & set(path.relative_to(SOURCE).parts)]
    assert {where.partition(":")[0] for where in scopes(services)} == SCOPES_ENTERED


def test_locks_are_taken_where_their_order_is_known():
    """A new module that locks rows goes by `lock_accounts` and `locked`, or is named with what it locks."""
    known = {name for of in LOCKS_TAKEN.values() for name in of}
    found = {where.partition(":")[0] for where in locks(FILES)} - set(LOCKING)
    assert found == known, "locks rows, or is named and does so no more"
    assert [where for where in locks_of_accounts(FILES) if where.partition(":")[0] not in LOCKING] == []


def test_transaction_never_means_the_databases():
    assert transaction_module(FILES) == []


def test_no_queue_waits_for_ever_that_was_told_how_long():
    assert simple_queues(FILES) == []


def test_what_ids_begin_with_is_said_by_the_model():
    assert prefixes(FILES) == []


@pytest.mark.parametrize("named", [one for one in vars(checks).values() if isinstance(one, Named)], ids=noun_of)
def test_what_rules_name_is_named_as_its_model(named: Named):
    """Rules know no models; what they say of one is what it says."""
    [model] = [one for one in apps.get_models() if getattr(one, "PREFIX", None) == named.PREFIX]
    assert noun_of(model).endswith(named.noun)


def longer(files: list[Path]) -> set[str]:
    return {
        str(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else SOURCE.parent))
        for path in files
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    }


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    assert longer([*FILES, *SANDBOX.rglob("*.py")]) == set()


def test_a_file_that_is_too_long_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(f"{__name__}.SOURCE", tmp_path)
    (tmp_path / "short.py").write_text("x = 1\n" * LONGEST_FILE)
    (tmp_path / "long.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    assert longer(sorted(tmp_path.glob("*.py"))) == {"long.py"}


# Of the trade or of the language, although they end as a participle does.
NOUNS = {
    "ageing",
    "asking",
    "booking",
    "monitoring",
    "nesting",
    "numbering",
    "outstanding",
    "paging",
    "parsing",
    "polling",
}
NOUNS |= {"posting", "pricing", "rendering", "rounding", "tracing"}


def participles(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith("ing") and name not in NOUNS]


def test_modules_are_nouns():
    modules = [path.stem for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
    assert participles(sorted(set(modules))) == []
    assert participles(["deciding", "posting", "decisions"]) == ["deciding"]
    assert set(modules) >= NOUNS, "no module is called so any more: take it off the list"


# Public classes of one name in three rooms or more: a word that stands for several things. It may only shrink: a
# new class is called by its field's term (`StepSubject`, `DunningStanding`), and one that is renamed leaves.
SHARED_NAMES = {
    "Change", "Column", "Entry", "Kind", "Line", "Place", "Preview", "Reading", "StandingColumn", "StateChoice",
    "Statement",
}  # fmt: skip


def shared_names(files: list[Path]) -> set[str]:
    rooms: dict[str, set[str]] = {}
    for path in files:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms.setdefault(node.name, set()).add(path.relative_to(SOURCE).parts[0])
    return {name for name, where in rooms.items() if len(where) > 2}


def test_no_further_name_stands_for_several_things():
    assert shared_names(FILES) == SHARED_NAMES


def test_every_room_says_what_it_owns_and_nothing_else():
    assert len(ROOMS) >= 10
    for room in ROOMS:
        body = ast.parse((room / "__init__.py").read_text(encoding="utf-8")).body
        assert body, f"{room.name} says nothing"
        assert isinstance(body[0], ast.Expr), f"{room.name}/__init__.py has no docstring"
        assert isinstance(body[0].value, ast.Constant), f"{room.name}/__init__.py has no docstring"
        assert len(body) == 1, f"{room.name}/__init__.py holds more than its docstring"


@pytest.mark.parametrize(
    ("finds", "source"),
    [
        (floats, "rate = 0.5"),
        (floats, "float(amount)"),
        (clocks, "import datetime\ndatetime.datetime.now()"),
        (clocks, "timezone.now()"),
        (foreign_days, "clock.now().date()"),
        (foreign_days, "row.created_at.date()"),
        (foreign_days, "sql = 'd.on = current_date'"),
        (hundreds, "amount_minor / 100"),
        (hundreds, "minor = 100 * minor"),
        (unscoped, "Account.unscoped.all()"),
        (scopes, "for one in found:\n    with company_scope(one):\n        close(one)"),
        (locks, "Retry.objects.filter(pk=1).select_for_update(of=('self',)).get()"),
        (locks_of_accounts, "Account.objects.filter(pk=1).select_for_update()"),
        (transaction_module, "from django.db import models, transaction"),
        (prefixes, "ids.encode('acc', row.account_id)"),
        (prefixes, "IdOf('txn')"),
        (simple_queues, "queue.SimpleQueue()"),
    ],
)
def test_each_rule_finds_what_it_is_there_for(finds, source, monkeypatch, tmp_path):
    monkeypatch.setattr(f"{__name__}.SOURCE", tmp_path)
    sample = tmp_path / "sample.py"
    sample.write_text(source)
    assert len(finds([sample])) == 1
