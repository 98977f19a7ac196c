"""The OpenAPI document: whole clients come of it, every operation is explained, and it is built once."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from subledger.config.api import api as the_api
from subledger.documents.logos import drawn_anew
from subledger.imports.registry import kind_named

from .client import Books, books
from .openapi import DOCUMENT

OPERATIONS = {one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()}
SCHEMAS = DOCUMENT["components"]["schemas"]
NAMES = sorted(OPERATIONS)


def test_it_is_valid_small_and_says_where_the_api_is():
    validate(DOCUMENT)
    assert DOCUMENT["servers"] == [{"url": "/", "description": "This installation"}]
    # Before it was made small it had 3,850 bytes an operation.
    assert len(json.dumps(DOCUMENT, separators=(",", ":")).encode()) < 1_700 * len(OPERATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_a_summary_a_description_and_an_example(name: str):
    operation = OPERATIONS[name]
    assert re.fullmatch(r"[A-Z][\w' ,]+", operation["summary"])
    assert not re.search(r"\ba [aeio]|\ban [^aeiouA]", operation["summary"]), operation["summary"]
    assert len(operation["description"]) > 20
    assert examples_of(operation), "no example"


def examples_of(operation: dict[str, Any]) -> list[Any]:
    """Of its body; else of what it answers, or of what the list that it answers is made of; nothing shows a file."""
    found = [one["example"] for one in operation.get("requestBody", {}).get("content", {}).values()]
    for status, answer in operation["responses"].items():
        if status == "204":
            found.append(None)  # there is nothing to show
        for one in answer.get("content", {}).values() if status in ("200", "201") else ():
            if one["schema"].get("format") == "binary":
                assert "example" not in one
                found.append(None)
            schema = SCHEMAS.get(one["schema"].get("$ref", "").rpartition("/")[2], {})
            items = schema.get("properties", {}).get("data", {}).get("items", {}).get("$ref", "")
            found += SCHEMAS.get(items.rpartition("/")[2], schema).get("examples", [])
            found += [one["example"]] if "example" in one else []
    return found


def files() -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """(operation, example, file) of every body that holds a file."""
    for name, operation in OPERATIONS.items():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            assert media_type == "application/json", f"{name}: say of what kind the example of {media_type} is"
            fields = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["properties"]
            for field, schema in fields.items():
                if "base64" in schema.get("description", ""):
                    yield name, content["example"], base64.b64decode(content["example"][field], validate=True)


def test_the_example_of_a_file_is_a_file_of_its_kind():
    found = {name: (example, content) for name, example, content in files()}
    assert {"set_logo", "create_import", "create_attachment"} == set(found)
    assert drawn_anew(found["set_logo"][1]).startswith(b"\x89PNG")
    example, content = found["create_import"]
    assert example["name"] == f"{example['kind']}.csv"
    assert set(content.decode().split()[0].split(",")) <= set(kind_named(example["kind"]).fields.names)
    example, content = found["create_attachment"]
    assert example["name"].endswith(".txt")
    assert content.decode().isascii()


def test_create_an_invoice_is_called_so():
    assert OPERATIONS["create_invoice"]["summary"] == "Create an invoice"
    assert OPERATIONS["create_account"]["summary"] == "Create an account"


def test_no_body_is_optional_and_no_amount_has_a_default():
    for name, operation in OPERATIONS.items():
        if "requestBody" in operation:
            assert operation["requestBody"]["required"], name
    for name in ("refund_payment", "quick_pay_invoice", "write_off_invoice", "cancel_payment"):
        [content] = OPERATIONS[name]["requestBody"]["content"].values()
        assert "amount" in SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["required"]


def test_every_list_in_a_body_has_a_most():
    """Pydantic reads no further than that, so thousands of wrong things in a list are one fault."""
    sent = [content["schema"] for one in OPERATIONS.values() for content in _bodies(one)]
    assert len(sent) > 40
    assert not [where for schema in sent for where in endless(schema, "")]


def _bodies(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()


def endless(schema: dict[str, Any], where: str) -> Iterator[str]:
    """The lists of a schema, however deep, that may have any length."""
    if "$ref" in schema:
        where = schema["$ref"].rpartition("/")[2]
        schema = SCHEMAS[where]
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield where
    for name, inner in schema.get("properties", {}).items():
        yield from endless(inner, f"{where}/{name}")
    for inner in [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]:
        yield from endless(inner, where)


def test_it_is_built_once_and_then_comes_from_memory(db: None, monkeypatch: pytest.MonkeyPatch):
    first = Client().get("/api/v1/openapi.json")
    assert first.status_code == 200
    assert json.loads(first.content)["paths"].keys() == DOCUMENT["paths"].keys()
    monkeypatch.setattr(type(the_api), "get_openapi_schema", lambda self, **options: pytest.fail("built again"))
    again = Client().get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert Client().get("/api/v1/openapi.json").content == first.content
    packed = Client().get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed.content) == first.content
    refused = Client().get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.content == first.content


def test_no_operation_stands_at_an_address_twice():
    """A second one would be hidden behind the first; ninja only prints a warning."""
    said = [
        operation.operation_id or the_api.get_openapi_operation_id(operation)
        for bound in the_api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]
    assert sorted(said) == sorted(set(said))


# -- clients -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python client that openapi-python-client makes of the document, importable as ``generated_client``."""
    root = tmp_path_factory.mktemp("client")
    (root / "openapi.json").write_text(json.dumps(DOCUMENT))
    # Formatting it is not our business; and it knows of no archives.
    binary = "content_type_overrides:\n  application/zip: application/octet-stream\n"
    binary += "  application/pdf: application/octet-stream\n"
    (root / "settings.yaml").write_text(f"post_hooks: []\n{binary}")
    program = "import sys; from openapi_python_client.cli import app; app()"
    made = subprocess.run(
        [sys.executable, "-c", program, "generate", "--path", "openapi.json", "--config", "settings.yaml", "--meta",
         "none", "--output-path", "generated_client", "--fail-on-warning"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(root))
    yield root / "generated_client"
    sys.path.remove(str(root))
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated_client"]:
        del sys.modules[name]


@pytest.mark.wide
def test_the_python_client_has_every_operation(generated: Path):
    made = {path.stem for path in (generated / "api").rglob("*.py")} - {"__init__"}
    assert made == set(OPERATIONS)


@pytest.mark.wide
def test_the_python_client_posts_an_invoice_and_a_payment(generated: Path, served: str, committed_db: None):
    api: Books = books()
    account = api.account

    def of(path: str) -> Any:
        return importlib.import_module(f"generated_client.{path}")

    with of("client").AuthenticatedClient(base_url=served, token=api.secret) as client:
        post_both(client, of, account)


def post_both(client: Any, of: Callable[[str], Any], account: str) -> None:
    models = of("models")
    item = models.ItemIn(description="Consulting", quantity="2", unit_amount=10000)
    wanted = models.InvoiceIn(account=account, items=[item], state=models.InvoiceInState.POSTED)
    create_invoice, create_payment = of("api.documents.create_invoice"), of("api.documents.create_payment")
    invoice = create_invoice.sync(client=client, body=wanted, idempotency_key="one")
    assert (invoice.amount, invoice.state.value, invoice.currency) == (20000, "posted", "eur")
    assert create_invoice.sync(client=client, body=wanted, idempotency_key="one").id == invoice.id
    paid = models.PaymentIn(account=account, amount=20000, state=models.PaymentInState.POSTED)
    payment = create_payment.sync(client=client, body=paid)
    assert (payment.amount, payment.unallocated_amount) == (20000, 0)
    settled = of("api.documents.retrieve_invoices").sync(invoice.id, client=client)
    assert settled.unsettled_amount == 0
    wrong = create_payment.sync(client=client, body=models.PaymentIn(account=account, amount=0))
    assert (type(wrong).__name__, wrong.code) == ("Problem", "amount_invalid")


@pytest.mark.parametrize(
    "command",
    [["redocly", "lint", "openapi.json"], ["openapi-typescript", "openapi.json", "-o", "client.ts"]],
    ids=["redocly", "openapi-typescript"],
)
def test_tools_that_npm_has_take_it_without_an_error(command: list[str], tmp_path: Path):
    program = shutil.which(command[0])
    if program is None:
        pytest.skip(f"{command[0]} is not installed (npm install -g @redocly/cli openapi-typescript)")
    (tmp_path / "openapi.json").write_text(json.dumps(DOCUMENT))
    ran = subprocess.run([program, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    if command[0] == "openapi-typescript":
        text = (tmp_path / "client.ts").read_text()
        assert [name for name in OPERATIONS if not re.search(rf"^    {name}: \{{$", text, re.MULTILINE)] == []
