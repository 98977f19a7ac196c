"""Files that runs make: kept in rows, where every web process finds them, and dropped after some weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import IO, Any

from django.db.transaction import atomic

from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.runs.models import RunFile, RunFileChunk
from subledger.runs.registry import kind_named

CHUNK = 512 * 1024
KEPT = timedelta(days=30)


@atomic
def keep_file(
    *,
    run_id: int,
    name: str,
    content_type: str,
    stream: IO[bytes],
    is_part: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> RunFile:
    """Keep what is in ``stream`` as a file of a run, instead of one of that name."""
    RunFile.objects.filter(run_id=run_id, name=name).delete()
    stream.seek(0)
    digest, size = sha256(), 0
    while part := stream.read(CHUNK):
        digest.update(part)
        size += len(part)
    row = RunFile.objects.create(
        company_id=current_company_id(), run_id=run_id, name=name[:200], content_type=content_type, size=size,
        sha256=digest.hexdigest(), is_part=is_part, facts=dict(facts or {}), made_at=clock.now(),
    )  # fmt: skip
    stream.seek(0)
    position = 0
    while part := stream.read(CHUNK):
        RunFileChunk.objects.create(file=row, position=position, content=part)
        position += 1
    return row


def permissions_for(file: RunFile) -> tuple[str, ...]:
    """What whoever reads a file has to have: that of its kind of run, and what its kind says of the file."""
    said = file.facts.get("permission")
    return ("export", *kind_named(file.run.kind).permissions.execute, *([said] if said else []))


def drop_parts(*, run_id: int) -> None:
    """Of a file that is whole now."""
    RunFile.objects.filter(run_id=run_id, is_part=True).delete()


def note_fetched(*, file: RunFile) -> None:
    """Somebody has it: nobody need be told of it any more."""
    if file.fetched_at is None:
        RunFile.objects.filter(pk=file.pk, fetched_at=None).update(fetched_at=clock.now())


def drop_old_files() -> int:
    """Of the company in scope: how many."""
    old = RunFile.objects.filter(made_at__lt=clock.now() - KEPT)
    number = old.count()
    old.delete()
    return number
