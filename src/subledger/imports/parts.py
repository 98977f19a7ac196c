"""What an import created, kept as it goes, and what earlier ones brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from subledger.import_kit.options import Brought
from subledger.platform import clock
from subledger.platform.scope import current_company_id

from .models import ImportPart
from .queries import parts_that_brought, was_imported


def new_run_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_id()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Parts:
    """The trail of one import, as `import_kit.options.Trail`."""

    run_id: int
    identity: str
    sha256: str
    file_name: str
    actor: str

    def keep(self, thing: str, ids: Sequence[int]) -> None:
        if ids:
            ImportPart.objects.create(
                company_id=current_company_id(),
                run_id=self.run_id,
                thing=thing,
                ids=list(ids),
                identity=self.identity,
                file_name=self.file_name[:300],
                at=clock.now(),
                actor=self.actor,
            )

    def brought(self, ids: Sequence[int]) -> Mapping[int, Brought]:
        parts = parts_that_brought(ids)
        return {ident: Brought(one.file_name, one.identity, one.at, one.actor) for ident, one in parts.items()}

    def was_imported(self) -> bool:
        return was_imported(self.sha256)
