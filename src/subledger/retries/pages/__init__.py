"""Pages of retries, and what they add to invoices, failed payments, payment requests, accounts and the overview."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import account, event_words, home, retries, transaction
from .badges import BADGES

PAGES = PageFace(
    paths=(
        page("retries/", retries.RetriesPage, "retries"),
        page("retries/<rty:retry_id>/stop/", retries.RetryStopPage, "retry_stop"),
        page("retries/<rty:retry_id>/make/", retries.RetryMakePage, "retry_make"),
    ),
    menu=(Entry(retries.RETRIES, "backoffice:retries", "refresh", "view", say("Collections"), 155),),
    parts=(
        Part("transaction", "actions", 15, transaction.actions),
        Part("transaction", "notices", 15, transaction.notices),
        Part("transaction", "tables", 15, transaction.tables),
        Part("payment_request", "actions", 10, transaction.request_actions),
        Part("payment_request", "notices", 10, transaction.request_notices),
        Part("account", "tables", 42, account.tables),
        Part("home", "todo", 22, home.todo),
    ),
    badges=BADGES,
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
    named=event_words.NAMED,
    marks=event_words.MARKS,
)
