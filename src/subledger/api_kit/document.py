"""The OpenAPI document: what ninja reads off the operations, in words, with examples, each thing said once.

It is built once a process and served from memory with an ETag.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from subledger.platform.content_codings import accepted_codings
from subledger.platform.idempotency import KEPT_HOURS

from . import examples
from .faces import ApiFace, Refusal, merged
from .problems import CONTENT_TYPE, Problem, codes
from .resources import RESOURCE, resource_at

Node = dict[str, Any]
# What a request may meet. Each stands once under components; ranges keep them from being most of the document.
REFUSALS: dict[int | str, str] = {
    404: "Not found in this company.",
    409: "The state of things does not allow it.",
    422: "Understood, but not possible as sent.",
    "4XX": "400: not JSON. 401: no live API key. 403: the key lacks the scope. 411: no length. 413: larger than 1 MiB. "
    "415: not application/json. 429: too many requests; see Retry-After.",
    "5XX": "500: our fault; logged. 502: a system that we ask in turn does not answer. 503: busy, or the database is "
    "away.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": f"Sent again with the same request within {KEPT_HOURS} hours, it gets the first answer again, a "
    "refusal too: a request that is corrected or confirmed takes a new one.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
DRY_RUN = {
    "in": "query",
    "name": "dry_run",
    "description": "Do it, answer as it would be answered, with the header `Dry-Run: true`, and undo it: nothing "
    "stays, nobody outside is asked, no Idempotency-Key is used up. Ids in the answer are of nothing.",
    "schema": {"type": "boolean", "default": False},
}
ANY_ID = "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{12}$"
VERBS = {"update": "Change"}
DESCRIPTIONS = {
    "list": "Newest first, a page at a time.",
    "retrieve": "As it is now. `expand[]` inlines references.",
    "create": "The answer is what was made, as it stands in the books.",
    "update": "What is left out stays as it is; the answer is the whole object after the change.",
}


def with_article(words: str) -> str:
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"


class Answer(NamedTuple):
    body: bytes
    compressed: bytes
    etag: str


def server(build: Callable[[], Node]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the document that ``build`` makes: from memory, compressed once; 304 to whoever has it already."""

    @cache
    def built() -> Answer:
        body = orjson.dumps(build())
        return Answer(body, gzip.compress(body, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def serve(request: HttpRequest) -> HttpResponse:
        answer = built()
        headers = {"ETag": answer.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("If-None-Match") == answer.etag:
            return HttpResponseNotModified(headers=headers)
        if "gzip" not in accepted_codings(request):
            return HttpResponse(answer.body, content_type="application/json", headers=headers)
        headers["Content-Encoding"] = "gzip"
        return HttpResponse(answer.compressed, content_type="application/json", headers=headers)

    return serve


def completed(document: Node, faces: Sequence[ApiFace], *, about: str) -> Node:
    """What ninja made, with what all operations share, in words, and with nothing said twice."""
    summaries: dict[str, str] = merged(faces, "summaries")
    narrow: dict[int, Refusal] = merged(faces, "refusals")
    refusals: dict[int | str, str] = {**{status: one.words for status, one in narrow.items()}, **REFUSALS}
    document["info"]["description"] = about + "\n".join(f"| `{code}` | {status} |" for code, status in codes())
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["security"] = [{"ApiKeyBearer": []}]
    document["servers"] = [{"url": "/", "description": "This installation"}]
    document["tags"] = [
        {"name": name} for name in dict.fromkeys(tag for _, one in _all(document) for tag in one["tags"])
    ]
    components = document["components"]
    serialised = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    serialised["properties"] |= {
        name: {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "description": words}
        for name, words in merged(faces, "problem_members").items()
    }
    components["schemas"].update(serialised.pop("$defs"), Problem=serialised)
    _add_parts(components["schemas"], faces)
    _refer(document)
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"E{status}": {"description": words, "content": content} for status, words in refusals.items()
    }
    for method, operation in _all(document):
        _say(operation, summaries)
        is_write = method != "get"
        operation.pop("security", None)  # the same for all
        for status in refusals:
            if status in narrow and not (is_write and narrow[int(status)].tags.intersection(operation["tags"])):
                continue
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/E{status}"}
        if is_write:
            operation["parameters"] += [IDEMPOTENCY_KEY, DRY_RUN]
        operation["parameters"] = [_plain(one) for one in operation["parameters"]]
        for status, answer in operation["responses"].items():
            if answer.get("description") == "OK":
                answer["description"] = "Made." if str(status) == "201" else "Done." if is_write else "Found."
    for schema in components["schemas"].values():
        _without_titles(schema)
    _share_parameters(document)
    _drop_unused(document)
    examples.add(document, faces)
    plain: Node = json.loads(json.dumps(document))  # keys of responses are text in every reader
    return plain


def _all(document: Node) -> Iterator[tuple[str, Node]]:
    for operations in document["paths"].values():
        yield from operations.items()


def _say(operation: Node, summaries: Mapping[str, str]) -> None:
    """A summary with its article, and a description where the operation has none."""
    ident = operation["operationId"]
    verb, _, rest = ident.partition("_")
    words = rest.replace("_", " ")
    one = words.removesuffix("ies") + "y" if words.endswith("ies") else words.removesuffix("s")
    default = f"List {words}" if verb == "list" else f"{VERBS.get(verb, verb.capitalize())} {with_article(one)}"
    operation["summary"] = summaries.get(ident, default)
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


def _add_parts(schemas: Node, faces: Sequence[ApiFace]) -> None:
    """What higher rooms add to an object, as fields of its own."""
    for schema in list(schemas.values()):
        kind = schema.get("properties", {}).get("object", {}).get("const")
        if schema.get("additionalProperties") is not True:
            continue
        del schema["additionalProperties"]
        for part in (part for face in faces for part in face.parts if part.of == kind):
            serialised = part.schema()
            schemas.update(serialised.pop("$defs", {}))
            schema["properties"][part.name] = serialised
            schema["required"].append(part.name)


def _refer(node: Any) -> None:
    """References to resources of other rooms, as references to their schemas."""
    if isinstance(node, dict):
        if RESOURCE in node:
            node.pop("title", None)
            node["$ref"] = f"#/components/schemas/{resource_at(node.pop(RESOURCE)).out.__name__}"
        for value in node.values():
            _refer(value)
    elif isinstance(node, list):
        for value in node:
            _refer(value)


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
