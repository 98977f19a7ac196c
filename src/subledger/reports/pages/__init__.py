"""Pages of reports: some show more than their declaration says; every other report's page is made from it alone."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page
from subledger.reports.catalogue import reports as declared

from . import drawn, home, long_files, month_end, reports

OWN = (
    page("reports/aged-receivables/", reports.AgedReceivablesPage, "aged_receivables"),
    page("reports/open-items/", reports.OpenItemsPage, "open_items"),
    page("reports/trial-balance/", reports.TrialBalancePage, "trial_balance"),
    page("reports/ledger-account/", reports.LedgerAccountPage, "ledger_account"),
    page("reports/general-journal/", reports.GeneralJournalPage, "general_journal"),
    page("reports/revenue-totals/", reports.RevenueTotalsPage, "revenue_totals"),
    page("reports/receipts/", reports.ReceiptsPage, "receipts"),
    page("reports/overdue-trend/", drawn.OverdueTrendPage, "overdue_trend"),
    page("reports/cash-by-week/", drawn.CashByWeekPage, "cash_by_week"),
    page("reports/collection-rate/", drawn.CollectionRatePage, "collection_rate"),
    page("reports/days-sales-outstanding/", drawn.DaysSalesOutstandingPage, "days_sales_outstanding"),
    page("reports/failed-payments/", drawn.FailedPaymentsPage, "failed_payments"),
    page("reports/collected-by-day/", drawn.CollectedByDayPage, "collected_by_day"),
    page("reports/promises-kept/", drawn.PromisesKeptPage, "promises_kept"),
)
ELSEWHERE = {
    "allocations",
    "statement",
    "transactions",
    "collections",
    "collection-tasks",
}  # pages of their room show these figures
OTHERS = [
    report for name, report in declared().items() if name not in ELSEWHERE | {one.view.report_name for one in OWN}
]

PAGES = PageFace(
    paths=(
        *OWN,
        page("reports/check/", month_end.BooksCheckPage, "books_check"),
        page("reports/file/", long_files.LongFilePage, "long_file"),
        page("reports/month/", month_end.MonthExportPage, "month_export"),
        *(page(f"reports/{one.name}/", reports.page_of(one.name), f"report_{one.name}") for one in OTHERS),
    ),
    menu=(
        Entry(say("Aged receivables"), "backoffice:aged_receivables", "hourglass", "view", say("Reports"), 300),
        Entry(say("Open items"), "backoffice:open_items", "circle-dashed", "view", say("Reports"), 310),
        Entry(say("Trial balance"), "backoffice:trial_balance", "scale", "view", say("Reports"), 320),
        Entry(say("General journal"), "backoffice:general_journal", "book-2", "view", say("Reports"), 330),
        Entry(say("Revenue totals"), "backoffice:revenue_totals", "chart-bar", "view", say("Reports"), 340),
        Entry(say("Receipts"), "backoffice:receipts", "cash", "view", say("Reports"), 350),
        # The overview draws these.
        Entry(say("Overdue trend"), "backoffice:overdue_trend", "chart-bar", "view", say("Reports"), 360, folded=True),
        Entry(
            say("Cash received by week"),
            "backoffice:cash_by_week",
            "chart-bar",
            "view",
            say("Reports"),
            361,
            folded=True,
        ),
        Entry(
            say("Collection rate"), "backoffice:collection_rate", "percentage", "view", say("Reports"), 362, folded=True
        ),
        Entry(
            say("Days sales outstanding"),
            "backoffice:days_sales_outstanding",
            "clock",
            "view",
            say("Reports"),
            363,
            folded=True,
        ),
        Entry(
            say("Failed payments"),
            "backoffice:failed_payments",
            "alert-circle",
            "view",
            say("Reports"),
            364,
            folded=True,
        ),
        # The collections desk draws these.
        Entry(
            say("Collected by day"),
            "backoffice:collected_by_day",
            "cash",
            "view",
            say("Reports"),
            365,
            folded=True,
        ),
        Entry(
            say("Promises kept"),
            "backoffice:promises_kept",
            "percentage",
            "view",
            say("Reports"),
            366,
            folded=True,
        ),
        *(
            Entry(
                one.title, f"backoffice:report_{one.name}", "file-text", "view", say("Reports"), 370 + at, folded=True
            )
            for at, one in enumerate(OTHERS)
            if not any(parameter.required for parameter in one.parameters)  # other pages lead to it
        ),
    ),
    parts=(
        Part("home", "charts", 10, home.charts),
        Part("desk", "charts", 10, home.desk_charts),
        Part("list", "long_file", 10, long_files.long_file),
        Part("month_end", "links", 50, month_end.links),
        Part("month_end", "reports", 10, month_end.reports),
        Part("month_end", "actions", 10, month_end.actions),
    ),
)
