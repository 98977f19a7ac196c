"""What events of imports are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.imports.models import ImportRun
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "import.finished": say("File imported"),
    "import.refused": say("Import refused"),
}
THINGS = {
    "import_run": say("Import"),
}
EVENT_LABELS = {
    "sha256": say("Fingerprint of the file"),
}
NAMED = {
    "import_run": Named(
        lambda idents: ImportRun.objects.filter(pk__in=idents),
        lambda row: row.file_name,
        lambda row: page_url("import", row.pk),
    ),
}
