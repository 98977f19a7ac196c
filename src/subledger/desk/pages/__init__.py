"""Pages of the collections desk: whom to call, what waits, and a customer on the phone."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import collect, event_words, lists, views

PAGES = PageFace(
    paths=(
        page("accounts/<acc:account_id>/contacts/new/", views.ContactNewPage, "contact_record"),
        page("accounts/<acc:account_id>/collector/", views.CollectorPage, "account_collector"),
        page("collections/", lists.DeskPage, "desk"),
        page("collections/work/", lists.WorkListPage, "work_list"),
        page("collections/<acc:account_id>/", collect.CollectPage, "collect"),
        page("collections/contacts/<cta:contact_id>/done/", views.ContactDonePage, "contact_done"),
    ),
    menu=(
        Entry(lists.DESK, "backoffice:desk", "phone", "view", say("Collections"), 150),
        Entry(lists.WORK_LIST, "backoffice:work_list", "checklist", "view", say("Collections"), 151),
    ),
    parts=(
        Part("account", "actions", 45, views.actions),
        Part("account", "tables", 45, views.tables),
        Part("home", "todo", 28, views.todo),
    ),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
    named=event_words.NAMED,
    marks=event_words.MARKS,
)
