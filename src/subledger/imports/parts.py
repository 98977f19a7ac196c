"""What an import created, kept as it goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from subledger.platform import clock
from subledger.platform.scope import current_company_id

from .models import ImportPart
from .options import Options


def new_run_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_id()")
        return int(cursor.fetchone()[0])


def keep_part(options: Options, thing: str, ids: Sequence[int]) -> None:
    """In the transaction that created them."""
    if ids:
        ImportPart.objects.create(
            company_id=current_company_id(),
            run_id=options.run_id,
            thing=thing,
            ids=list(ids),
            identity=options.identity,
            file_name=options.file_name[:300],
            at=clock.now(),
            actor=options.actor,
        )
