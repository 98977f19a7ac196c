"""One table of wrong values through every door: the same refusal at each, and nothing half-done."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from tests.doors.conftest import Doors
from tests.doors.fields import ALIKE, DEEDS, FIELDS, UNTRIED, Door, Names
from tests.doors.table import READING, TABLE, UNASKED, UNKNOWN, UNREADABLE, Made, Row
from tests.endings import terminate
from tests.factories import Ledger

from subledger.accounts.models import Customer
from subledger.imports.registry import kind_named
from subledger.kernel.errors import DomainError, TextInvalid
from subledger.kernel.texts import check_texts
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import actions
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

# What remembers that a file was refused is no half of what it asked for.
TRAILS = {"imports_importrun", "platform_event"}


def held() -> dict[str, int]:
    """How many rows every table has, and what the series of numbers come to."""
    tables = sorted({model._meta.db_table for model in apps.get_models() if model.__module__.startswith("subledger.")})
    counts = [f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables if table not in TRAILS]
    counts.append("SELECT 'events', count(*) FROM platform_event WHERE type NOT LIKE 'import.%%'")
    counts.append("SELECT 'numbers', coalesce(sum(next_value), 0)::bigint FROM platform_numberseries")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), [])
        return dict(cursor.fetchall())


def names_of(named: str) -> Names:
    deed, _, name = named.partition(".")
    return FIELDS[deed][name]


# -- one deed through one door -----------------------------------------------------------------------------------------


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """``items.0.quantity`` of a body of JSON set to a value."""
    body = copy.deepcopy(body)
    here: Any = body
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if step.isdecimal() else here.setdefault(step, {})
    here[last] = value
    return body


def by_api(x: Doors, row: Row, value: object) -> tuple[str, int, str]:
    """(code, status, where it says that the fault is)"""
    deed, _, name = row.field.partition(".")
    path, body = DEEDS[deed].api(x)
    body = changed(body, FIELDS[deed][name].api, value)
    sent: Any = orjson.dumps(body) if "\ud800" not in str(value) else _with_surrogate(body)
    answer = x.api.request("POST", path, sent)
    told = answer.json() if answer.content else {}
    return told.get("code", ""), answer.status_code, (told.get("param") or "").strip("/").replace("/", ".")


def _with_surrogate(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode("ascii")


def by_page(x: Doors, row: Row, value: object) -> tuple[str, int, str]:
    deed, _, name = row.field.partition(".")
    address, args, typed = DEEDS[deed].page(x)
    field = FIELDS[deed][name].page
    answer = x.send(address, {**typed, field: value}, *args)
    return getattr(answer, "refusal_code", ""), answer.status_code, ", ".join(_marked(answer))


def _marked(answer: Any) -> Iterator[str]:
    """The boxes that a page marks."""
    context = answer.context or {}
    for one in (context.get("form"), *(context.get("items") or ())):
        if one is not None:
            yield from (one.add_prefix(name) for name in one.errors if name != "__all__")


def by_file(x: Doors, row: Row, value: object) -> tuple[str, int, str]:
    deed, _, name = row.field.partition(".")
    column = FIELDS[deed][name].file
    cells = {**(DEEDS[deed].file or {}), column: value}
    try:
        report = x.file(DEEDS[deed].kind, [cells])
    except DomainError as error:
        return error.code, error.status, ""
    if not report.rejections:
        return "", 200, ""
    assert (report.is_kept, report.created, report.rejected) in ((False, 0, 1), (False, 1, 1)), report
    return report.rejections[0].code, 422, report.rejections[0].column


ASK = {Door.API: by_api, Door.PAGE: by_page, Door.FILE: by_file}


# -- the table ---------------------------------------------------------------------------------------------------------


def grouped() -> list[list[Row]]:
    """Rows of one field in one scene share a company: each is checked to have left nothing."""
    groups: dict[tuple[str, Any], list[Row]] = {}
    for row in TABLE:
        groups.setdefault((row.field, row.scene), []).append(row)
    return list(groups.values())


def _named(rows: list[Row]) -> str:
    scene = rows[0].scene
    return f"{rows[0].field}, {scene.__name__}" if scene else rows[0].field


@pytest.mark.few(16)
@pytest.mark.parametrize("rows", grouped(), ids=_named)
def test_a_wrong_value_is_refused_alike_and_leaves_nothing(doors: Doors, rows: list[Row]) -> None:
    if rows[0].scene is not None:
        rows[0].scene(doors)
    problems = [f"{row.what}: {told}" for row in rows for door in Door for told in _problems(doors, row, door)]
    assert not problems, "\n".join(problems)


def _problems(x: Doors, row: Row, door: Door) -> Iterator[str]:
    """What is wrong with how one door refuses a row."""
    value = row.at(door)
    if value is UNASKED:
        return
    value = value.read(x) if isinstance(value, Made) else value
    before = held()
    code, status, where = ASK[door](x, row, value)
    after = held()
    expected = {row.own[door][0]} if door in row.own else READING[door] if row.code == UNREADABLE else {row.code}
    if code not in expected:
        yield f"{door}: {code or 'no refusal'} ({status}) instead of {' or '.join(sorted(expected))}"
    elif not 400 <= status < 500:
        yield f"{door}: status {status}"
    elif door is Door.PAGE and row.marks and names_of(row.field).page not in where:
        yield f"page: marks {where or 'nothing'} instead of {names_of(row.field).page}"
    if after != before:
        yield f"{door}: rows of {[table for table, count in after.items() if count != before[table]]} changed"


def test_every_door_that_has_the_field_is_asked_or_says_why_not() -> None:
    missing = [
        f"{row}: {door}"
        for row in TABLE
        for door in Door
        if names_of(row.field).at(door) and (row.at(door) is UNASKED) == (door not in row.why)
    ]
    assert not missing
    needless = [
        f"{row}: {door}"
        for row in TABLE
        for door in Door
        if not names_of(row.field).at(door) and (row.at(door) is not UNASKED or door in row.why)
    ]
    assert not needless
    assert len(TABLE) == len({str(row) for row in TABLE})


@pytest.mark.few(5)
@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_right_is_taken_at_every_door(doors: Doors, deed: str) -> None:
    path, body = DEEDS[deed].api(doors)
    doors.api.post(path, body, expect=201)
    address, args, typed = DEEDS[deed].page(doors)
    sent = doors.send(address, typed, *args)
    assert sent.status_code == 302, (list(_marked(sent)), sent.content.decode())
    if DEEDS[deed].kind:
        report = doors.file(DEEDS[deed].kind, [DEEDS[deed].file or {}])
        assert (report.created, report.rejections) == (1, [])


@pytest.mark.parametrize("deed", DEEDS)
def test_the_doors_have_the_fields_that_the_table_says_and_no_others(doors: Doors, deed: str) -> None:
    """A field that a door has more comes into `FIELDS`, or into `UNTRIED` with its reason."""
    there = {Door.API: _of_the_api(doors, deed), Door.PAGE: _of_the_page(doors, deed), Door.FILE: _of_files(deed)}
    problems = []
    for door, found in there.items():
        known = {name: names.at(door) for name, names in FIELDS[deed].items() if names.at(door)}
        alike = {names.at(door) for other in ALIKE.get(deed, ()) for names in FIELDS[other].values()}
        said = UNTRIED.get(deed, {}).get(door, {})
        tried = {one for one in found if any(_is(one, named) for named in {*known.values(), *alike} if named)}
        missing = [name for name, named in known.items() if not any(_is(one, named) for one in found)]
        problems += [f"{door}: {name} is missing" for name in missing]
        problems += [f"{door}: {named} is in no table" for named in sorted(found - tried - said.keys())]
        problems += [f"{door}: {named} is tried, and said not to be" for named in sorted(said.keys() & tried)]
        problems += [f"{door}: {named} is said to be there" for named in sorted(said.keys() - found)]
    assert not problems, "\n".join(problems)


def _is(there: str, named: str) -> bool:
    """Whether a door's field is the named one, holds it (metadata has any key) or is a part of it."""
    return there == named or named.startswith(f"{there}.") or there.startswith(f"{named}.")


def _of_the_api(x: Doors, deed: str) -> set[str]:
    """The paths of what a body may hold; of a list those of its first entry."""
    document = x.api.get("openapi.json")
    path, _ = DEEDS[deed].api(x)
    operation = next(
        found["post"]
        for known, found in document["paths"].items()
        if "post" in found and _same_path(known.removeprefix("/api/v1/"), path)
    )
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    return {named.removeprefix(".") for named in _paths(body, document["components"]["schemas"], "")}


def _paths(schema: dict[str, Any], known: dict[str, Any], path: str) -> Iterator[str]:
    forms = [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    forms = [known[form["$ref"].rpartition("/")[2]] if "$ref" in form else form for form in forms]
    for form in forms:
        if form.get("properties"):
            for name, below in form["properties"].items():
                yield from _paths(below, known, f"{path}.{name}")
            return
        if "properties" in known.get(form.get("items", {}).get("$ref", "").rpartition("/")[2], {}):
            yield from _paths(form["items"], known, f"{path}.0")
            return
    yield path


def _of_the_page(x: Doors, deed: str) -> set[str]:
    """The boxes of its form, the first line of items included."""
    address, args, _ = DEEDS[deed].page(x)
    if deed in ("payment", "credit note"):
        x.ledger.invoice(1)  # which they may be meant for
    shown = x.page.get(reverse(f"backoffice:{address}", args=args))
    lines = list(shown.context.get("items") or ())[:1]
    return {box.html_name for form in (shown.context["form"], *lines) for box in form}


def _of_files(deed: str) -> set[str]:
    kind = DEEDS[deed].kind
    fields = kind_named(kind).fields if kind else None
    return {*fields.names, *(["meta:key"] if fields.metadata else [])} if fields else set()


def _same_path(known: str, path: str) -> bool:
    parts, given = known.split("/"), path.split("/")
    return len(parts) == len(given) and all(a == b or a.startswith("{") for a, b in zip(parts, given, strict=True))


def test_every_field_has_a_wrong_value() -> None:
    asked = {row.field for row in TABLE}
    assert {f"{deed}.{name}" for deed, fields in FIELDS.items() for name in fields} == asked


# -- what is done to a transaction: files bring new ones only ----------------------------------------------------------


@dataclass(frozen=True)
class Act:
    what: str
    set_up: Callable[[Ledger], int]
    path: str  # of the API, which says the action last
    body: dict[str, Any]
    typed: dict[str, Any]
    code: str
    marks: str = ""


def _draft(x: Ledger) -> int:
    return save_drafts(new=[x.new(C.PAYMENT, 10)], actor="test")[0].pk


def _posted_draft(x: Ledger) -> int:
    ident = _draft(x)
    actions.post_drafts(drafts=[Post(draft_id=ident)], actor="test")
    return ident


def _cancelled(x: Ledger) -> int:
    invoice = x.invoice(10)
    x.cancel(invoice)
    return invoice.id


def _cancelled_payment(x: Ledger) -> int:
    payment = x.payment(10)
    x.cancel(payment)
    return payment.id


def _settled(x: Ledger) -> int:
    invoice = x.invoice(10)
    x.payment(10)
    return invoice.id


def _on_terminated(x: Ledger) -> int:
    payment = x.payment(10)
    terminate(x.account.pk)
    return payment.id


ALL_OF_IT = {"amount": "all"}
ACTS = [
    Act("posted twice", _posted_draft, "payments/{}/post", {}, {}, "transition_not_allowed"),
    Act("cancelled twice", _cancelled, "invoices/{}/cancel", {}, {}, "transition_not_allowed"),
    Act("a payment cancelled twice", _cancelled_payment, "payments/{}/cancel", ALL_OF_IT, {"amount": "10"},
        "transition_not_allowed"),
    Act("a draft cancelled", _draft, "payments/{}/cancel", ALL_OF_IT, {"amount": "10"}, "transition_not_allowed"),
    Act("settled, and written off", _settled, "invoices/{}/write_off", ALL_OF_IT, {"amount": "10"}, "already_settled"),
    Act("on a terminated account", _on_terminated, "payments/{}/cancel", ALL_OF_IT, {"amount": "10"},
        "account_terminated"),
    Act("more than there is", lambda x: x.payment(10).id, "payments/{}/cancel", {"amount": 1001}, {"amount": "10.01"},
        "amount_not_whole", "amount"),
    Act("before it was posted", lambda x: x.invoice(10).id, "invoices/{}/cancel", {"posted_on": "2026-05-19"},
        {"posted_on": "2026-05-19"}, "earlier_than_target", "posted_on"),
    Act("in the future", lambda x: x.invoice(10).id, "invoices/{}/cancel", {"posted_on": "2026-05-21"},
        {"posted_on": "2026-05-21"}, "posted_on_invalid", "posted_on"),
    Act("posted in the future", _draft, "payments/{}/post", {"posted_on": "2026-05-21"}, {"posted_on": "2026-05-21"},
        "posted_on_invalid", "posted_on"),
    Act("to an unknown account", lambda x: x.payment(10).id, "payments/{}/move", {"to_account": f"acc_{UNKNOWN}"},
        {"to_account": "nobody"}, "not_found", "to_account"),
    Act("a control character", lambda x: x.invoice(10).id, "invoices/{}/cancel", {"issue_reason": "a\x1b"},
        {"issue_reason": "a\x1b"}, "text_invalid", "issue_reason"),
    Act("a card number", lambda x: x.invoice(10).id, "invoices/{}/cancel", {"issue_reason": "4242424242424242"},
        {"issue_reason": "4242424242424242"}, "card_number_refused", "issue_reason"),
]  # fmt: skip
MAKES = {
    "cancel": "invoice_cancellation",
    "write_off": "write_off",
    "move": "payment_cancellation",
}


@pytest.mark.few(3)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.what)
def test_an_action_that_cannot_be_is_refused_alike_and_leaves_nothing(doors: Doors, act: Act) -> None:
    ident = act.set_up(doors.ledger)
    action, row = act.path.rpartition("/")[2], Transaction.objects.get(pk=ident)
    makes = "payment_cancellation" if action == "cancel" and row.classification == C.PAYMENT else MAKES.get(action, "")
    kind = TransactionType.objects.filter(classification=makes, is_default=True).first()
    before = held()
    by_program = doors.api.request("POST", act.path.format(row.public_id), act.body)
    on_page = doors.send("transaction_action", {**act.typed, **({"type": kind.pk} if kind else {})}, ident, action)
    assert (by_program.json()["code"], on_page.refusal_code) == (act.code, act.code)
    assert by_program.status_code == on_page.status_code
    assert 400 <= on_page.status_code < 500
    if act.marks:
        assert by_program.json()["param"] == f"/{act.marks}"
        assert list(_marked(on_page)) == [act.marks]
    assert held() == before


def test_the_same_rows_twice_in_a_file_are_refused(doors: Doors) -> None:
    for kind, row in (
        ("customers", DEEDS["customer"].file), ("accounts", DEEDS["account"].file), ("products", DEEDS["product"].file),
        ("exchange-rates", DEEDS["rate"].file),
        ("payments", {**(DEEDS["payment"].file or {}), "back_office_code": "X"}),
    ):  # fmt: skip
        before = held()
        report = doors.file(kind, [row or {}, row or {}])
        assert [(one.line, one.code) for one in report.rejections] == [(3, "duplicate_in_file")], kind
        assert held() == before


def test_a_quick_payment_that_cannot_be_is_refused_and_leaves_nothing(doors: Doors) -> None:
    """Programs alone ask for it: pages collect whatever is ticked."""
    settled, unpaid = _settled(doors.ledger), doors.ledger.invoice(10).id
    for ident, body, code in ((settled, ALL_OF_IT, "already_settled"), (unpaid, {"amount": 999}, "amount_not_whole")):
        before, row = held(), Transaction.objects.get(pk=ident)
        answer = doors.api.request("POST", f"invoices/{row.public_id}/quick_pay", body)
        assert (answer.status_code, answer.json()["code"]) == (409 if ident == settled else 422, code)
        assert held() == before


def test_marks_that_turn_the_direction_of_writing_are_kept_in_no_name(doors: Doors) -> None:
    """Refused where they are typed or sent; a cell is what it looks like. What shows nothing is left out of each."""
    turned, plain = "Zo\u202eë\u200b", "Zoë\u200b"
    path, body = DEEDS["customer"].api(doors)
    address, args, typed = DEEDS["customer"].page(doors)
    assert doors.api.post(path, changed(body, "name", turned), expect=422)["code"] == "text_invalid"
    assert "U+202E" in doors.send(address, {**typed, "name": turned}, *args).content.decode()
    doors.api.post(path, changed(body, "name", plain))
    doors.send(address, {**typed, "name": plain}, *args)
    doors.file("customers", [{**(DEEDS["customer"].file or {}), "name": turned}])
    assert list(Customer.objects.filter(code__startswith="Z").values_list("name", flat=True)) == ["Zoë"] * 3


def test_no_list_of_what_was_taken_breaks_a_workbook() -> None:
    """What the core lets through can be written into a workbook: the other way round it would be found too late."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for number in range(0x10000):
        char = chr(number)
        if ILLEGAL_CHARACTERS_RE.search(char):
            with pytest.raises(TextInvalid):
                check_texts(char)
