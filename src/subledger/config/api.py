"""The API: every room's face, found by the room's name (``subledger.<room>.api``), in the order of the floors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.urls import URLPattern, path

from subledger.api_kit.app import composed
from subledger.api_kit.configuration import mount
from subledger.api_kit.document import server
from subledger.api_kit.faces import ApiFace
from subledger.companies.entries import save_entry
from subledger.platform.rooms import faces, installed

ABOUT = """Receivables on real books.

Every request carries `Authorization: Bearer sk_…`; a key belongs to one company. Amounts are whole minor units with
a lower-case ISO 4217 `currency`. `*_on` is a day in the company's time zone, `*_at` an instant in UTC. Lists take
`limit`, `starting_after`, `ending_before` and filters named after fields (`posted_on[gte]=2026-05-01`), of which an
unknown one is refused; `expand[]=account` inlines a reference. Writes honour `Idempotency-Key`, and with `dry_run=true`
they answer what would be done, and do nothing. Money that a payment gateway moves may be `pending` when it is answered:
the object's `payment_request` says what it waits for. Refusals are problem+json (RFC 9457) with one of these codes:

| code | status |
|---|---|
"""


def _faces() -> Iterator[ApiFace]:
    """Of every room that has one: what its ``api`` says, and what is made of its tables."""
    own = {room.name: module.API for room, module in faces("api")}
    for room in installed():
        made = mount(room.tables, save=save_entry)
        if made or room.name in own:
            face = own.get(room.name, ApiFace())
            yield replace(face, mounts=(*face.mounts, *made))


FACES = tuple(_faces())
api = composed(FACES, title="Subledger", about=ABOUT)
serve_document = server(lambda: dict(api.get_openapi_schema(path_prefix="/api/v1/")))
beside: list[URLPattern] = [path(one.address, one.view, name=one.name) for face in FACES for one in face.paths]
