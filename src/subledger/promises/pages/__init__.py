"""Pages of promises to pay and disputes, and what they add to invoices, accounts and the overview."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import account, disputes, event_words, home, invoice, promises
from .badges import BADGES

PAGES = PageFace(
    paths=(
        page("transactions/<txn:transaction_id>/promise/", promises.PromisePage, "promise_new"),
        page("transactions/<txn:transaction_id>/dispute/", disputes.DisputeNewPage, "dispute_new"),
        page("promises/", promises.PromisesPage, "promises"),
        page("promises/<ptp:promise_id>/withdraw/", promises.PromiseWithdrawPage, "promise_withdraw"),
        page("disputes/", disputes.DisputesPage, "disputes"),
        page("disputes/<ivd:dispute_id>/", disputes.DisputePage, "dispute"),
        page("disputes/<ivd:dispute_id>/close/", disputes.DisputeClosePage, "dispute_close"),
    ),
    menu=(
        Entry(promises.PROMISES, "backoffice:promises", "calendar-check", "view", say("Collections"), 153),
        Entry(promises.DISPUTES, "backoffice:disputes", "message-report", "view", say("Collections"), 154),
    ),
    parts=(
        Part("transaction", "actions", 20, invoice.actions),
        Part("transaction", "notices", 20, invoice.notices),
        Part("transaction", "standing", 20, invoice.standing),
        Part("transaction", "tables", 5, invoice.tables),
        Part("transactions", "held", 10, invoice.held),
        Part("account", "tiles", 40, account.tiles),
        Part("account", "tables", 40, account.tables),
        Part("home", "todo", 30, home.todo),
    ),
    badges=BADGES,
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
    named=event_words.NAMED,
    marks=event_words.MARKS,
)
