"""Pages of periods and exchange rates."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, Kept, Link, PageFace, Part, page

from . import entries, event_words, journal, month_end

PAGES = PageFace(
    asked_as={"through": ("on",)},
    paths=(
        page("journal/<jen:entry_id>/", entries.JournalEntryPage, "journal_entry"),
        page("month-end/", month_end.MonthEndPage, "month_end"),
        page("configuration/periods/", journal.PeriodsPage, "periods"),
        page("configuration/periods/close/", journal.PeriodClosePage, "period_close"),
        page("configuration/periods/reopen/", journal.PeriodReopenPage, "period_reopen"),
        page("configuration/rates/", journal.RatesPage, "rates"),
        page("configuration/rates/new/", journal.RateNewPage, "rate_new"),
    ),
    menu=(Entry(say("Month-end"), "backoffice:month_end", "calendar", "view", say("Reports"), 290),),
    parts=(Part("month_end", "links", 10, month_end.rates_link),),
    configuration=(
        Kept(
            say("General journal"),
            40,
            links=(
                Link(
                    say("Accounting periods"), "periods", say("Close the books through a day, and reopen them."), "view"
                ),
                Link(say("Exchange rates"), "rates", say("Base currency for one unit of another, by day."), "view"),
            ),
        ),
    ),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    named=event_words.NAMED,
)
