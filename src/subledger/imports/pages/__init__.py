"""Pages of imports."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import event_words, imports, month_end, uploads

PAGES = PageFace(
    paths=(
        page("imports/", imports.ImportsPage, "imports"),
        page("imports/new/", uploads.ImportNewPage, "import_new"),
        page("imports/<imp:run_id>/", imports.ImportPage, "import"),
        page("imports/<imp:run_id>/rejected/", imports.RejectedRowsPage, "import_rejected"),
    ),
    menu=(Entry(say("Import files"), "backoffice:imports", "upload", "imports.run", say("Import"), 200),),
    parts=(Part("run", "actions", 10, imports.run_actions), Part("month_end", "links", 40, month_end.links)),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    named=event_words.NAMED,
    asked_as={"sheet": ("file",), "encoding": ("file",), "rules": ("mapping",)},
)
