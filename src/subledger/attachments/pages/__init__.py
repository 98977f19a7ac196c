"""Pages of attached files, and what they add to the pages of what files are attached to."""

from subledger.attachments.attachable import attachables
from subledger.page_kit.faces import PageFace, Part, page

from . import event_words, parts, views

PAGES = PageFace(
    paths=(
        page("files/new/<slug:of>/<str:record>/", views.AttachmentNewPage, "attachment_new"),
        page("files/<atf:attachment_id>/", views.AttachmentFilePage, "attachment_file"),
        page("files/<atf:attachment_id>/remove/", views.AttachmentRemovePage, "attachment_remove"),
    ),
    parts=tuple(
        part
        for name in attachables()
        for part in (
            Part(name, "tables", 85, parts.files_of(name)),
            Part(name, "actions", 35, parts.attaching(name)),
        )
    ),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
)
