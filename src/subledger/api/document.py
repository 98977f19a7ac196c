"""The OpenAPI document: what ninja reads off the operations, in words, with examples, each thing said once.

It is built once a process and served from memory with an ETag.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from subledger.platform.idempotency import KEPT_HOURS

from . import examples
from .problems import CONTENT_TYPE, Problem, codes

Node = dict[str, Any]
ABOUT = """Receivables on real books.

Every request carries `Authorization: Bearer sk_…`; a key belongs to one company. Amounts are whole minor units with
a lower-case ISO 4217 `currency`. `*_on` is a day in the company's time zone, `*_at` an instant in UTC. Lists take
`limit`, `starting_after`, `ending_before` and filters named after fields (`posted_on[gte]=2026-05-01`);
`expand[]=account` inlines a reference. Writes honour `Idempotency-Key`. Money that a payment gateway moves may be
`pending` when it is answered: the object's `payment_request` says what it waits for. Refusals are problem+json
(RFC 9457) with one of these codes:

| code | status |
|---|---|
"""
# What a request may meet. Each stands once under components; ranges keep them from being most of the document.
REFUSALS: dict[int | str, str] = {
    402: "The payment gateway declined.",
    404: "Not found in this company.",
    409: "The state of things does not allow it.",
    422: "Understood, but not possible as sent.",
    "4XX": "400: not JSON. 401: no live API key. 403: the key lacks the scope. 411: no length. 413: larger than 1 MiB. "
    "415: not application/json. 429: too many requests; see Retry-After.",
    "5XX": "500: our fault; logged. 502: the payment gateway does not answer. 503: busy, or the database is away.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": f"Sent again with the same request within {KEPT_HOURS} hours, it gets the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
# Operations whose name says too little: by id, or by the first word of it.
SUMMARIES = {
    "list_account_payment_preferences": "List the ways to pay of an account",
    "create_account_payment_preference": "Add a way to pay to an account",
    "update_account_payment_preference": "Let payment runs use a card, or not",
    "default_account_payment_preference": "Make a way to pay the default",
    "delete_account_payment_preference": "Remove a way to pay",
    "create_setup_session": "Open a gateway's page to register a card",
    "allocate_account": "Settle what is open on an account",
    "retrieve_account_balance": "Retrieve the balance of an account",
    "retrieve_account_statement": "Retrieve the statement of an account",
    "list_account_notes": "List the notes on an account",
    "create_account_note": "Note something on an account",
    "list_transaction_notes": "List the notes on a transaction",
    "create_transaction_note": "Note something on a transaction",
    "explain_transaction": "Explain why a transaction is settled or open",
    "retrieve_transaction_definition": "Retrieve the transaction definition",
    "update_transaction_definition": "Change the transaction definition",
    "quick_pay_invoice": "Pay an invoice quickly",
    "write_off_invoice": "Write off an invoice",
    "look_up_payment_request": "Look up a payment request at its gateway",
    "process_payment_requests": "Report payment requests as begun",
    "post_payment_requests": "Report payment requests as posted",
    "reject_payment_requests": "Report payment requests as rejected",
    "export_payment_requests": "Export payment requests to a file",
    "import_payment_request_results": "Import a file of results",
    "close_period": "Close a period",
    "reopen_period": "Reopen the latest closed period",
    "run_report": "Run a report",
    "list_reports": "List reports",
    "list_api_keys": "List API keys",
    "retrieve_api_keys": "Retrieve an API key",
}
ANY_ID = "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{12}$"
VERBS = {"update": "Change"}
DESCRIPTIONS = {
    "list": "Newest first, a page at a time. Filters are named after fields; a name that is not known is refused.",
    "retrieve": "As it is now. `expand[]` inlines references.",
    "create": "The answer is what was made, as it stands in the books.",
    "update": "What is left out stays as it is; the answer is the whole object after the change.",
    "post": "It gets its number and counts from then on; it can be cancelled, never changed.",
    "reject": "Discard a draft for a reason of the company's list. It is kept and never counts.",
    "reactivate": "Take back a suspension: it takes invoices again.",
    "run": "As JSON, or as a file by `format` or the header Accept.",
}


def with_article(words: str) -> str:
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"


class Answer(NamedTuple):
    body: bytes
    etag: str


def serve(request: HttpRequest) -> HttpResponse:
    """The document, from memory; 304 to whoever has it already."""
    answer = _built()
    headers = {"ETag": answer.etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == answer.etag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(answer.body, content_type="application/json", headers=headers)


@cache
def _built() -> Answer:
    from .app import api

    body = orjson.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))
    return Answer(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def completed(document: Node) -> Node:
    """What ninja made, with what all operations share, in words, and with nothing said twice."""
    document["info"]["description"] = ABOUT + "\n".join(f"| `{code}` | {status} |" for code, status in codes())
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["security"] = [{"ApiKeyBearer": []}]
    document["servers"] = [{"url": "/", "description": "This installation"}]
    document["tags"] = [
        {"name": name} for name in dict.fromkeys(tag for _, one in _all(document) for tag in one["tags"])
    ]
    components = document["components"]
    told = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    components["schemas"].update(told.pop("$defs"), Problem=told)
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"E{status}": {"description": words, "content": content} for status, words in REFUSALS.items()
    }
    for method, operation in _all(document):
        _say(operation)
        is_write = method != "get"
        operation.pop("security", None)  # the same for all
        for status in REFUSALS:
            if status == 402 and (not is_write or operation["tags"] != ["Documents"]):
                continue  # nothing else asks a gateway to move money
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/E{status}"}
        if is_write:
            operation["parameters"].append(IDEMPOTENCY_KEY)
        operation["parameters"] = [_plain(one) for one in operation["parameters"]]
        for status, answer in operation["responses"].items():
            if answer.get("description") == "OK":
                answer["description"] = "Made." if str(status) == "201" else "Done." if is_write else "Found."
    for schema in components["schemas"].values():
        _without_titles(schema)
    _share_parameters(document)
    _drop_unused(document)
    examples.add(document)
    plain: Node = json.loads(json.dumps(document))  # keys of responses are text in every reader
    return plain


def _all(document: Node) -> Iterator[tuple[str, Node]]:
    for operations in document["paths"].values():
        yield from operations.items()


def _say(operation: Node) -> None:
    """A summary with its article, and a description where the operation has none."""
    ident = operation["operationId"]
    verb, _, rest = ident.partition("_")
    words = rest.replace("_", " ")
    one = words.removesuffix("ies") + "y" if words.endswith("ies") else words.removesuffix("s")
    default = f"List {words}" if verb == "list" else f"{VERBS.get(verb, verb.capitalize())} {with_article(one)}"
    if ident in SUMMARIES:
        operation["summary"] = SUMMARIES[ident]
    elif not operation.get("summary", "").startswith(("Change a draft", "Post a draft", "Reject a draft")):
        operation["summary"] = default
    operation.setdefault("description", DESCRIPTIONS.get(verb, ""))


def _plain(parameter: Node) -> Node:
    """A parameter without what says nothing: titles, a second description, null, which no query can hold."""
    schema = {name: value for name, value in parameter["schema"].items() if name not in ("title", "description")}
    options = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        schema = {**{name: value for name, value in schema.items() if name != "anyOf"}, **options[0]}
    if parameter["name"] in ("starting_after", "ending_before"):
        schema["pattern"] = ANY_ID  # of what is listed; so it is one parameter of all lists
    if schema.get("default") in ([], None):
        schema.pop("default", None)
    kept = {name: value for name, value in parameter.items() if name != "required" or value}
    return {**kept, "schema": _without_titles(schema)}


def _without_titles(node: Any) -> Any:
    """Titles repeat the name that stands before them (a field may be called title: only text is one); and what may be
    null says so in its type, where it is of one."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        match node.pop("allOf", None):
            case [only]:
                node.update(only)
            case [*several]:
                node["allOf"] = several
        match node.get("anyOf"):
            case [{"type": str(kind), **rest}, {"type": "null"}] if "enum" not in rest and "const" not in rest:
                del node["anyOf"]
                node.update({"type": [kind, "null"], **rest})
        for value in node.values():
            _without_titles(value)
    elif isinstance(node, list):
        for value in node:
            _without_titles(value)
    return node


def _share_parameters(document: Node) -> None:
    """Parameters that several operations have stand under components, once."""
    seen: dict[str, list[tuple[Node, int]]] = defaultdict(list)
    for _, operation in _all(document):
        for at, parameter in enumerate(operation["parameters"]):
            seen[json.dumps(parameter, sort_keys=True)].append((operation, at))
    shared: Node = {}
    for text, places in seen.items():
        if len(places) < 2:
            continue
        parameter = json.loads(text)
        base = "".join(letter if letter.isalnum() else "_" for letter in parameter["name"]).strip("_")
        name = base
        while name in shared:
            name = f"{base}_{sum(known.startswith(base) for known in shared) + 1}"
        shared[name] = parameter
        for operation, at in places:
            operation["parameters"][at] = {"$ref": f"#/components/parameters/{name}"}
    document["components"]["parameters"] = shared


def _drop_unused(document: Node) -> None:
    """Schemas that no operation comes to: those of queries are told as parameters."""
    schemas = document["components"]["schemas"]
    used: set[str] = set()
    open_ends = [{name: part for name, part in document.items() if name != "components"}]
    open_ends += [part for name, part in document["components"].items() if name != "schemas"]
    while open_ends:
        found = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(open_ends))) - used
        used |= found
        open_ends = [schemas[name] for name in found]
    for name in set(schemas) - used:
        del schemas[name]
