"""Why a file cannot be imported at all; reasons of rows are `import_kit.errors` and the rooms' own."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.kernel.errors import Invalid


class ImportKindUnknown(Invalid):
    code = "import_kind_unknown"

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        super().__init__(f"{kind!r} cannot be imported. What can: {', '.join(known)}.", param="/kind")
