"""What people, programs and operators do with the toy room: run in a process of its own by `test_toy_room`."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from typer.testing import CliRunner

if TYPE_CHECKING:
    from django.test import Client


def command(*words: str) -> str:
    from subledger.cli.main import app

    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


BOX = {
    "name": "Chest",
    "code": "chest",
    "colour": "red",
    "description": "Of oak.",
    "boards": 4,
    "floor": -2,
    "weight": "12.5",
    "size": "large",
    "marks": ["fragile", "heavy"],
    "made_on": "2026-05-31",
    "slots": [3, 1],
    "price_decimal": "1999.5",
    "currency": "eur",
    "is_active": True,
}


def every_kind(api: Client, pages: Client, shelf: str) -> None:
    """A box made by the API is the same on its page, saved there as it is stays so, and one made there is the same."""
    from subledger.toys.models import Box, Shelf
    from subledger.toys.tables import BOXES

    from subledger.companies.services import create_api_key
    from subledger.page_kit.url_ids import page_url
    from subledger.platform.configuration import FieldKind

    assert {BOXES.kind_of(one) for one in BOXES.fields} == set(FieldKind)
    _, secret = create_api_key(name="boxes", scopes=["boxes:write", "boxes:read", "shelves:read"], actor="test")
    headers = {"Authorization": f"Bearer {secret}"}

    def send(method: str, path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = api.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json", headers=headers)
        return answer.status_code, answer.json()

    status, plain = send("POST", "boxes", {"name": "Bag", "code": "bag", "weight": "0.1"})
    assert status == 201, plain
    given = {
        "boards": 1,
        "floor": 0,
        "size": "small",
        "marks": [],
        "made_on": None,
        "slots": [],
        "shelf": None,
        "neighbours": [],
        "price_decimal": None,
    }
    assert {name: plain[name] for name in given} == given
    sent = {**BOX, "shelf": shelf, "neighbours": [plain["id"]], "metadata": {"wood": "oak"}}
    status, box = send("POST", "boxes", sent)
    assert status == 201, box
    assert {name: box[name] for name in sent} == sent
    assert box["is_sealed"] is True
    assert send("POST", "boxes", {**sent, "code": "y", "is_sealed": False})[0] == 422, "nobody types it"
    assert send("POST", "boxes", {"name": "Bag", "code": "z"})[0] == 422, "its weight is needed"
    assert [one["code"] for one in send("GET", "boxes?size=large", {})[1]["data"]] == ["chest"]
    assert send("GET", f"boxes/{box['id']}?expand[]=shelf", {})[1]["shelf"]["code"] == "top"
    schemas = api.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert set(schemas["BoxIn"]["properties"]) == {one.in_api for one in BOXES.fields if not one.is_read_only}
    assert set(schemas["BoxOut"]["properties"]) == {one.in_api for one in BOXES.fields} | {"id", "object", "created_at"}
    assert schemas["BoxIn"]["properties"]["weight"]["description"] == "In kilograms."
    assert set(schemas["BoxIn"]["required"]) == {"code", "name", "weight"}

    listed = pages.get(page_url("entries", "boxes")).content.decode()
    words = ("Chest", "Large as a bear", "Fits a pocket", "Top", "on the floor", "19.995", "EUR", "Compartments")
    for shown in (*words, "long ago"):
        assert shown in listed, shown
    assert "3, 1" in listed
    url = page_url("entry", "boxes", str(box["id"]))
    form = pages.get(url).context["form"]
    unasked = {"metadata", "is_sealed"}
    assert list(form.fields) == [one.on_pages for one in BOXES.fields if one.name not in unasked]
    assert form.fields["weight"].help_text == "In kilograms."
    typed = {}
    for bound in form:
        value = bound.value()
        value = (
            [getattr(each, "pk", each) for each in value] if isinstance(value, list) else getattr(value, "pk", value)
        )
        if value is not None and value is not False:
            typed[bound.html_name] = value
    assert pages.post(url, typed).status_code == 302
    assert send("GET", f"boxes/{box['id']}", {})[1] == box
    assert pages.post(page_url("entry_new", "boxes"), {**typed, "code": "twin"}).status_code == 302
    twin = send("GET", "boxes?code=twin", {})[1]["data"][0]
    of_its_own = {"id", "code", "created_at", "metadata"}
    assert {k: v for k, v in twin.items() if k not in of_its_own} == {
        k: v for k, v in box.items() if k not in of_its_own
    }
    assert Box.objects.get(code="twin").shelf == Shelf.objects.get()
    wrong = pages.post(url, {**typed, "currency": "EURX"})
    assert wrong.status_code == 422, "more letters than a currency has"


def main() -> None:
    import subledger.toys

    assert "house" in subledger.toys.__file__, "the copy is what runs"
    command("migrate")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    from django.contrib.auth import get_user_model
    from django.db import IntegrityError, connection
    from django.db.transaction import atomic
    from django.test import Client
    from django.test.utils import setup_test_environment
    from subledger.toys.documents import slip_of
    from subledger.toys.models import Box, Shelf, Toy
    from tests.docs import generate

    from subledger.companies.errors import ScopeInvalid
    from subledger.companies.models import Company
    from subledger.companies.services import add_member, create_api_key
    from subledger.documents.models import Copy
    from subledger.documents.services import print_document
    from subledger.documents.values import FileFormat
    from subledger.journal.models import JournalEntry, LedgerAccount
    from subledger.messages.kinds import kind_named
    from subledger.messages.models import MessageTemplate
    from subledger.page_kit.url_ids import page_url
    from subledger.platform import jobs, listeners
    from subledger.platform.models import Event, StoredAnswer
    from subledger.platform.rooms import prefixes
    from subledger.platform.scope import company_scope
    from subledger.transactions.models import PostingRule, Transaction

    setup_test_environment()
    company = Company.objects.get()
    with company_scope(company.pk):
        # What a company is given.
        assert LedgerAccount.objects.filter(code="4711", name="Toys lent out").exists()
        assert prefixes()["toy"] is Toy
        rule = PostingRule.objects.get(classification="refund", role="write_off")
        assert (rule.component, rule.debit and rule.debit.code, rule.credit) == ("total", "5100", None)
        assert Box.objects.get().code == "crate", "a default"
        assert MessageTemplate.objects.filter(kind="toy_came").exists()
        assert "TOYS" in kind_named("invoice").sample()

        # The API, with a key that may do no more.
        _, secret = create_api_key(name="toys", scopes=["toys:write", "toys:read"], actor="test")
        headers = {"Authorization": f"Bearer {secret}"}
        api = Client()
        keyed = {**headers, "Idempotency-Key": "a bear"}
        made = api.post("/api/v1/toys", json.dumps({"name": "Bear"}), "application/json", headers=keyed)
        assert made.status_code == 201, made.content
        assert made.json()["number"] == "TOY0001"
        assert made.json()["id"].startswith("toy_")
        # Asked again, where the answer was lost: what was made is told again.
        assert StoredAnswer.objects.filter(made_kind="toy").update(status=None, body="") == 1
        again = api.post("/api/v1/toys", json.dumps({"name": "Bear"}), "application/json", headers=keyed)
        assert (again.status_code, again.json()) == (201, made.json())
        assert [one["name"] for one in api.get("/api/v1/toys", headers=headers).json()["data"]] == ["Bear"]
        assert api.get(f"/api/v1/toys/{made.json()['id']}", headers=headers).json()["name"] == "Bear"
        refused = api.post("/api/v1/toys", json.dumps({"name": " "}), "application/json", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "toy_invalid")
        refused = api.post("/api/v1/customers", json.dumps({"name": "Ann"}), "application/json", headers=headers)
        assert refused.status_code == 403
        _, reader = create_api_key(name="names", scopes=["toy_names:read"], actor="test")
        only_read = {"Authorization": f"Bearer {reader}"}
        assert [one["name"] for one in api.get("/api/v1/toy_names", headers=only_read).json()["data"]] == ["Bear"]
        assert api.get("/api/v1/toys", headers=only_read).status_code == 403
        try:
            create_api_key(name="none", scopes=["toy_names:write"], actor="test")
            raise AssertionError("names are only read")
        except ScopeInvalid:
            pass
        document = api.get("/api/v1/openapi.json").json()
        assert document["paths"]["/api/v1/toys"]["post"]["operationId"] == "create_toy"

        # Pages, as an agent, who is granted it by the declaration.
        user = get_user_model().objects.create_user("ana", password="a long password")
        add_member(user=user, role="agent", actor="test")
        pages = Client()
        pages.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert b"Toys" in pages.get("/").content
        listed = pages.get("/toys/").content
        assert b"TOY0001" in listed
        assert b"New toy" in listed
        assert pages.post("/toys/new/", {"name": "Kite"}).status_code == 302
        assert b"/reports/toys/" in pages.get("/").content, "its report is in the menu"
        reported = pages.get("/reports/toys/", {"as_of": "2100-01-01"}).content
        assert b"Kite" in reported
        assert b"Every toy there was at the end of a day." in reported
        marked = pages.post("/toys/new/", {"name": "x" * 100})
        assert marked.status_code == 422
        assert b"at most 60 characters" in marked.content
        assert b"Kite" in pages.get("/search", {"q": "kite"}).content

        # What people configure: API, page, permission, guard, words of a constraint, what relies on a row.
        _, secret = create_api_key(name="shelves", scopes=["shelves:write", "shelves:read"], actor="test")
        shelves = {"Authorization": f"Bearer {secret}"}

        def shelve(body: dict[str, object], ident: str = "") -> tuple[int, dict[str, object]]:
            send = api.patch if ident else api.post
            path = f"/api/v1/shelves/{ident}" if ident else "/api/v1/shelves"
            answer = send(path, json.dumps(body), "application/json", headers=shelves)
            return answer.status_code, answer.json()

        status, shelf = shelve({"code": "top", "name": "Top", "boards": 3})
        assert (status, shelf["object"], shelf["boards"]) == (201, "shelf", 3)
        assert shelve({"code": "x", "name": "Floor"})[1]["detail"] == "The floor is no shelf. Name another."
        refusal = shelve({"boards": 21}, str(shelf["id"]))[1]
        assert refusal["detail"] == "A shelf has at most 20 boards. Have several."
        Toy.objects.filter(name="Bear").update(shelf=Shelf.objects.get())
        refusal = shelve({"is_active": False}, str(shelf["id"]))[1]
        assert "where stands the toy 'Bear'" in str(refusal["detail"])
        assert pages.get("/configuration/shelves/new/").status_code == 403
        boss = get_user_model().objects.create_user("bob", password="a long password")
        add_member(user=boss, role="administrator", actor="test")
        pages.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
        assert b"Toys" in pages.get("/imports/new/").content, "among the kinds of files"
        assert b"TOY" in pages.get(page_url("series")).content
        assert b"Toys lent out" in pages.get(page_url("entries", "ledger-accounts")).content
        assert b"A toy came" in pages.get(page_url("entries", "message-templates"), {"q": "A toy"}).content
        assert b"Top" in pages.get(page_url("entries", "shelves")).content
        assert b"Boards" in pages.get(page_url("entry", "shelves", str(shelf["id"]))).content

        # A field of every kind is declared once, and is at both doors.
        every_kind(api, pages, str(shelf["id"]))

        # What a toy is printed as: a copy is kept under the kind that the room declares, and under no other.
        slip = slip_of(Toy.objects.get(name="Bear"))
        printed = print_document(slip, actor="test")
        assert printed.content.startswith(b"%PDF"), printed.name
        assert printed.name == "slip-of-a-toy-TOY0001.pdf"
        assert print_document(slip, actor="test").content == printed.content
        assert Copy.objects.get(record=slip.record).kind_id == "toy_slip"
        # What no other document says, in the words that the room brings with it.
        in_german = slip_of(Toy.objects.get(name="Bear"), "de")
        rows = print_document(in_german, form=FileFormat.CSV, actor="test").content.decode("utf-8-sig").splitlines()
        assert rows == ["Nummer,Datum,ISO 4217,Buchstaben,Wert", f"TOY0001,{in_german.document.issued_on},EUR,4,2.50"]
        on_paper = print_document(in_german, form=FileFormat.HTML, actor="test").content.decode()
        assert "<dt>Buchstaben</dt>" in on_paper

        # Together with a posting: it comes with it, or refuses it.
        _, whole = create_api_key(name="all", scopes=["write", "read"], actor="test")
        headers = {"Authorization": f"Bearer {whole}"}

        def post(path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
            answer = api.post(f"/api/v1/{path}", json.dumps(body), "application/json", headers=headers)
            return answer.status_code, answer.json()

        customer = post("customers", {"name": "Ann"})[1]["id"]
        account = post("accounts", {"customer": customer})[1]["id"]
        assert b"Toys to lend" in pages.get(f"/accounts/{account}/").content
        paid = {"account": account, "state": "posted", "metadata": {"toy": "unnamed"}}
        assert post("payments", {**paid, "amount": 100})[0] == 201
        assert Toy.objects.filter(name="unnamed").count() == 1
        status, refusal = post("payments", {**paid, "amount": 2_000_000})
        assert (status, refusal["code"]) == (409, "consequence_refused")
        assert "toys bought" in str(refusal["detail"])
        assert Transaction.objects.count() == 1

        # What is declared for all, by the API: reports, events, messages, imports.
        assert "toys" in [one["name"] for one in api.get("/api/v1/reports", headers=headers).json()["data"]]
        shown = api.get("/api/v1/reports/toys?as_of=2100-01-01", headers=headers).json()
        assert [row["name"] for row in shown["rows"]] == ["Bear", "Kite", "unnamed"]
        told = api.get("/api/v1/events?type=toy.added", headers=headers).json()["data"]
        assert {one["data"]["name"] for one in told} == {"Bear", "Kite", "unnamed"}
        templates = api.get("/api/v1/message_templates?kind=toy_came", headers=headers).json()["data"]
        assert [one["subject"] for one in templates] == ["#TOY is here"]
        file = b64encode(b"toy\nRobot\n").decode()
        status, ordered = post("imports", {"kind": "toys", "name": "toys.csv", "file": file, "dry_run": True})
        assert (status, ordered["kind"]) == (201, "toys")

    # After it, by a worker.
    listeners.hear_events()
    with company_scope(company.pk):
        assert Toy.objects.filter(name="Toy TOY0003").count() == 1

        # The database guards it, and `check` knows the guard.
        toy = Toy.objects.get(name="Bear")
        try:
            with atomic():
                Toy.objects.filter(pk=toy.pk).update(number="TOY9999")
            raise AssertionError("it changed its number")
        except IntegrityError:
            pass
        assert set(Event.objects.filter(type="toy.added").values_list("data__name", flat=True)) == {
            "Bear", "Kite", "unnamed",
        }  # fmt: skip

    # Workers: a sweep wakes the job, which is done in the scope of its company.
    jobs.app.tasks["wash_shelves"].func(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'wash_toys'")
        [(woken,)] = cursor.fetchall()
    jobs.app.tasks["wash_toys"].func(**(json.loads(woken) if isinstance(woken, str) else woken))

    # A run: written by the API, executed by the command; its entries in the journal are of the room's source.
    definition = {"kind": "lend-toys", "name": "Lending", "criteria": {"price_minor": 250}}
    status, made = post("run_definitions", definition)
    assert status == 201, made
    assert post(f"run_definitions/{made['id']}/effective", {})[0] == 200
    status, shown = post(f"run_definitions/{made['id']}/preview", {})
    assert "Somebody flies it" in str(shown)
    assert "succeeded" in command("run", "execute", "Lending").lower()
    with company_scope(company.pk):
        lent = JournalEntry.objects.filter(source="toy").values_list("pk", flat=True)
        assert set(lent) == set(Toy.objects.exclude(name="Kite").values_list("pk", flat=True)), (
            "each bears its toy's id"
        )
        entries = api.get("/api/v1/journal_entries?source=toy", headers=headers).json()["data"]
        assert {one["source_id"] for one in entries} == {toy.public_id for toy in Toy.objects.exclude(name="Kite")}
    assert "Lending" in pages.get(page_url("run_definitions")).content.decode()

    # Operators: commands, reports, the proof of the books, the documentation.
    assert command("toys", "count").strip() == "3"
    assert "Kite" in command("toys", "list")
    assert "Kite" in command("report", "toys", "--as-of", date(2100, 1, 1).isoformat())
    assert "toys-have-names" in command("check")
    from subledger.reports.monitoring import figures

    [toys] = [one for one in figures() if one.name == "toys"]
    assert toys.values == (((company.code,), 3),)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "toys.csv"
        file.write_text("toy\nBear\nDrum\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="Bear is small"):
            command("import", "toys", str(file), "--choose", "only-large")
        command("import", "toys", str(file))
    with company_scope(company.pk):
        assert sorted(Toy.objects.values_list("name", flat=True)) == ["Bear", "Drum", "Kite", "Toy TOY0003"]
    with company_scope(company.pk):
        Toy.objects.filter(name="Drum").update(name="")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER toy_keeps_its_number ON toys_toy")
        cursor.execute("UPDATE toys_toy SET number = 'TOY0009' WHERE name = ''")
    from subledger.cli.main import app

    found = CliRunner().invoke(app, ["check"])
    assert found.exit_code == 1
    for wrong in ("toy_keeps_its_number", "it has no name", "TOY0004"):
        assert wrong in found.output, found.output

    assert "| `toys.edit` | add toys |" in generate.permissions()
    assert "| `toys:write` | `toys.edit` |" in generate.scopes()
    assert "| `toys-have-names` | Every toy has a name. |" in generate.invariants()
    assert "| `toys` | Every toy there was at the end of a day. |" in generate.reports()
    assert "`subledger toys count`" in generate.commands()
    assert "toys bought" in generate.consequences()
    assert "names of toys" in generate.listeners()


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subledger.config.settings")
    django.setup()
    main()
