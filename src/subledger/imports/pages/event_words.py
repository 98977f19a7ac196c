"""What events of imports are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.imports.models import ImportRun
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "import.finished": "File imported",
    "import.refused": "Import refused",
}
THINGS = {
    "import_run": "Import",
}
EVENT_LABELS = {
    "sha256": "Fingerprint of the file",
}
NAMED = {
    "import_run": Named(
        lambda idents: ImportRun.objects.filter(pk__in=idents),
        lambda row: row.file_name,
        lambda row: page_url("import", row.pk),
    ),
}
