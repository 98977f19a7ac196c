"""What the documentation lists is all there is, and nothing else: derived parts, errors, events, guards, defaults."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from tests.docs.generate import GENERATED, part
from tests.docs.pages import DOCS, SOURCE, code_in, fences, rows_of, text_of


@pytest.mark.parametrize("name", GENERATED)
def test_derived_parts_say_what_the_code_says(name: str):
    page, derive = GENERATED[name]
    assert part(name, text_of(page)).group(2) == derive(), f"run: python -m tests.docs.generate ({page})"


# -- errors


def refusals() -> dict[str, set[str]]:
    """Every code of a refusal, with its statuses."""
    import subledger
    from subledger.kernel.errors import DomainError

    for module in pkgutil.walk_packages(subledger.__path__, "subledger."):
        if not re.search(r"\.(migrations|wsgi|__main__)\b", module.name):
            importlib.import_module(module.name)

    def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
        for child in kind.__subclasses__():
            if child.__module__.startswith("subledger."):
                yield child
            yield from below(child)

    found: dict[str, set[str]] = {}
    for kind in below(DomainError):
        found.setdefault(kind.code, set()).add(str(kind.status))
    return found


def test_every_error_code_is_documented_with_its_status():
    rows = [row for row in rows_of(text_of("docs/domain/errors.md")) if re.fullmatch(r"`\w+`", row[0])]
    documented = {row[0].strip("`"): set(row[1].split(", ")) for row in rows}
    assert documented == refusals()
    assert len(rows) == len(documented), "a code stands twice"
    assert all(all(row) for row in rows), "a code without meaning or remedy"


# -- events


def told() -> tuple[set[str], list[str]]:
    """Types of events in the source: literal ones, and patterns of those that are put together."""
    literal, patterns = set(), []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for value in _types(node):
                for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                    if isinstance(each, ast.Constant):
                        literal.add(str(each.value))
                    elif isinstance(each, ast.JoinedStr):
                        parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w<>]+" for p in each.values]
                        patterns.append("".join(parts))
    return literal, patterns


def _types(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "NewEvent":
        yield node.args[0]
    if isinstance(node, ast.Dict):
        named = {
            key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
        }
        if {"type", "object_id"} <= set(named):
            yield named["type"]


def test_every_event_is_declared():
    """By its room, or as what becomes of a configuration table; what is declared is told by something."""
    from subledger.platform.rooms import event_types, installed
    from subledger.transactions.states import DRAFTABLE, Classification

    declared = event_types()
    literal, patterns = told()
    assert literal <= set(declared), "not declared"
    assert {f"{each}.posted" for each in Classification} <= set(declared)
    assert {f"{each}.{verb}" for each in DRAFTABLE for verb in ("drafted", "draft_changed", "rejected")} <= set(
        declared
    )
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in declared), f"nothing like {pattern} is declared"
    by_rooms = {name for room in installed() for name in room.events}
    for name in by_rooms - literal:
        assert any(re.fullmatch(pattern, name) for pattern in patterns), f"{name} is never told"
    heard = {name for room in installed() for one in room.listeners for name in (*one.hears, *one.makes)}
    assert heard
    assert heard <= set(declared)


# -- guards of the database


GUARDS = DOCS / "domain/guards.md"
CONFIGURATION_TRIGGER = re.compile(r".*_(insert|update|delete)_config|transactions_transactiontype_\w+_(insert|delete)")


def documented_guards(heading: str) -> set[str]:
    section = text_of(GUARDS).split(f"## {heading}\n")[1].split("\n## ")[0]
    return {name for row in rows_of(section) for name in code_in(row[0]) if re.fullmatch(r"\w{6,}", name)}


@pytest.mark.django_db
def test_every_trigger_is_documented():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'procrastinate%'")
        triggers = {name for [name] in cursor.fetchall()}
    named = documented_guards("Triggers") - {"_insert", "_delete"}
    assert {name for name in triggers if not CONFIGURATION_TRIGGER.fullmatch(name)} == named


def test_every_constraint_is_documented():
    from django.apps import apps

    models = [m for app in apps.get_app_configs() if app.name.startswith("subledger.") for m in app.get_models()]
    assert {each.name for model in models for each in model._meta.constraints} == documented_guards("Constraints")


def test_every_column_of_guards_that_check_looks_for_is_documented():
    from subledger.platform.rooms import installed

    looked_for = {guard.trigger for room in installed() for guard in room.guards}
    assert {name for name in looked_for if not CONFIGURATION_TRIGGER.fullmatch(name)} <= documented_guards("Triggers")


# -- payment gateways


def test_the_life_of_a_payment_request_shows_every_action_there_is():
    from subledger.gateways.states import PAYMENT_REQUEST, RequestState

    [drawn] = fences(text_of("docs/domain/gateways.md").split("## The life of a request")[1].split("\n## ")[0], "")
    words = set(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", drawn)))
    actions = {action for state in RequestState for action in PAYMENT_REQUEST.actions(state)}
    assert words == actions | {word for state in RequestState for word in state.split("_")}


def test_the_paths_of_the_api_that_are_shown_are_there():
    from subledger.config.api import api

    known = {re.sub(r"\{.*?\}", "{id}", path.removeprefix("/")) for path in api.get_openapi_schema()["paths"]}
    section = text_of("docs/domain/gateways.md").split("## By API")[1].split("\n## ")[0]
    shown = [name.split()[-1] for row in rows_of(section) for name in code_in(row[0]) if "/" in name]
    paths = {each.removeprefix("/api/v1").lstrip("…").removeprefix("/") for each in shown}
    assert len(paths) >= 9
    missing = [path for path in paths if not any(one.endswith(path) for one in known)]
    assert not missing


# -- what a new company begins with


def test_the_default_posting_rules_are_those_of_a_new_company():
    from subledger.platform.rooms import installed

    names = {one.code: f"{one.code} {one.name}" for room in installed() for one in room.chart} | {None: "method"}
    made = [
        [rule.classification, rule.role, rule.component, names[rule.debit], names[rule.credit]]
        for room in installed()
        for rule in room.rules
    ]
    section = text_of("docs/domain/posting-rules.md").split("## The rules of a new company")[1]
    assert [row for row in rows_of(section.split("\n## ")[0]) if len(row) == 5][1:] == made


def test_the_number_series_are_those_of_a_new_company():
    from subledger.platform.rooms import installed

    rows = [row for row in rows_of(text_of("docs/domain/numbers.md")) if "`" in row[0]]
    assert {row[0].strip("`"): row[1].strip("`") for row in rows} == {
        one.code: f"{one.prefix}{1:0{one.digits}d}" for room in installed() for one in room.series
    }


# -- import


def test_the_fields_of_every_kind_of_file_are_documented():
    from subledger.imports.registry import kinds

    section = text_of("docs/domain/import.md").split("## Fields")[1].split("\n## ")[0]
    rows = {row[0].strip("`"): row[1] for row in rows_of(section) if "`" in row[0]}
    assert set(rows) == set(kinds())
    for kind, fields in ((kind.name, kind.fields) for kind in kinds().values()):
        needed = {*fields.needed, *(name for group in fields.one_of for name in group)}
        bold = {word for found in re.findall(r"\*\*(.*?)\*\*", rows[kind]) for word in re.findall(r"\w+", found)}
        assert bold == needed, kind
        for name in fields.optional:
            assert re.search(rf"\b{name}\b", rows[kind]), f"{kind}: {name}"


def test_the_options_of_import_are_documented():
    from tests.docs.generate import command_tree

    [command] = [command for path, command in command_tree() if path[1:] == ["import"]]
    options = {each.opts[0] for each in command.params if each.opts[0].startswith("--")}
    named = {name.split()[0] for name in code_in(text_of("docs/domain/import.md")) if name.startswith("--")}
    assert options - {"--company", "--format", "--help"} == named


# -- what the source cites


CITED = re.compile(r"\bdocs/[\w/.-]+?\.md\b")
# Those of others, which say whose they are.
SPECIFICATION = re.compile(r"(?<!Microsoft's )(?<!urn:oasis:names:)\bspecification\b", re.IGNORECASE)


def texts_of_source() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in {".py", ".sql"} and path.name != "schema.sql":
            yield str(path.relative_to(SOURCE)), path.read_text(encoding="utf-8")


def test_the_source_cites_pages_that_are_here():
    cited = {(name, page) for name, text in texts_of_source() for page in CITED.findall(text)}
    assert cited
    assert {(name, page) for name, page in cited if not (DOCS.parent / page).is_file()} == set()
    assert [name for name, text in texts_of_source() if SPECIFICATION.search(text)] == [], "cite the page in docs/"


# -- architecture and decisions


def test_the_rooms_of_the_house_are_those_there_are():
    page = text_of("docs/architecture.md")
    section = page.split("## Rooms")[1].split("\n## ")[0]
    rooms = {row[0].strip("`") for row in rows_of(section) if "`" in row[0]}
    assert rooms == {path.parent.name for path in SOURCE.glob("*/__init__.py")}


def test_the_directions_of_imports_are_those_that_are_held():
    held = text_of(".importlinter").split("layers =\n")[1].split("\n\n")[0]
    order = [re.findall(r"\w+", line) for line in held.splitlines()]
    drawn = re.search(r"```\n(cli .*?)```", text_of("docs/architecture.md"), re.DOTALL)
    assert drawn
    assert [re.findall(r"\w+", step) for step in drawn.group(1).split("→")] == order


def test_every_invariant_has_its_place_in_the_runbook():
    from subledger.reports.proof import invariants

    rows = list(rows_of(text_of("docs/runbooks/when-check-fails.md")))
    named = [name for row in rows for name in code_in(row[0])]
    assert sorted(named) == sorted(each.name for each in invariants())


def test_decisions_are_listed_and_whole():
    files = sorted(DOCS.glob("decisions/[0-9]*.md"))
    listed = re.findall(r"\(([0-9][\w-]+\.md)\)", text_of("docs/decisions/README.md"))
    assert [file.name for file in files] == listed
    numbers = [int(file.name[:4]) for file in files]
    assert len({*numbers}) == len(numbers), "two have one number"
    for number, file in zip(numbers, files, strict=True):
        text = text_of(file)
        assert text.startswith(f"# {number}. "), file
        for heading in ("Context", "Decision", "Consequences", "Enforced by"):
            assert f"**{heading}.**" in text, (file.name, heading)
