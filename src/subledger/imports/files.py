"""Files that are kept while an import needs them: sealed, in rows, where every worker finds them."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from subledger.platform.encryption import seal, unseal
from subledger.platform.scope import current_company_id

from .models import ImportChunk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 768 * 1024  # bytes, a multiple of three
FILE, REJECTED = "file", "rejected"


def keep(import_id: int, content: str, stream: IO[bytes]) -> None:
    stream.seek(0)
    position = 0
    while part := stream.read(CHUNK):
        ImportChunk.objects.create(
            company_id=current_company_id(),
            import_id=import_id,
            content=content,
            position=position,
            sealed=seal(base64.b64encode(part).decode()),
        )
        position += 1


def read(import_id: int, content: str) -> Iterator[bytes]:
    chunks = ImportChunk.objects.filter(import_id=import_id, content=content)
    for position in chunks.order_by("position").values_list("position", flat=True):
        yield base64.b64decode(unseal(chunks.values_list("sealed", flat=True).get(position=position)))


def is_kept(import_id: int, content: str) -> bool:
    return ImportChunk.objects.filter(import_id=import_id, content=content).exists()


@contextmanager
def opened(import_id: int, content: str) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as stream:
        for part in read(import_id, content):
            stream.write(part)
        stream.seek(0)
        yield stream


def content_type_of(name: str) -> str:
    return XLSX if name.endswith(".xlsx") else "text/csv"


def drop(import_id: int, content: str) -> None:
    ImportChunk.objects.filter(import_id=import_id, content=content).delete()
