"""Pages of reports: some show more than their declaration says; every other report's page is made from it alone."""

from subledger.page_kit.faces import Entry, PageFace, Part, page
from subledger.reports.catalogue import reports as declared

from . import home, long_files, month_end, reports

OWN = (
    page("reports/aged-receivables/", reports.AgedReceivablesPage, "aged_receivables"),
    page("reports/open-items/", reports.OpenItemsPage, "open_items"),
    page("reports/trial-balance/", reports.TrialBalancePage, "trial_balance"),
    page("reports/ledger-account/", reports.LedgerAccountPage, "ledger_account"),
    page("reports/general-journal/", reports.GeneralJournalPage, "general_journal"),
    page("reports/revenue-totals/", reports.RevenueTotalsPage, "revenue_totals"),
    page("reports/receipts/", reports.ReceiptsPage, "receipts"),
    page("reports/overdue-trend/", reports.OverdueTrendPage, "overdue_trend"),
    page("reports/cash-by-week/", reports.CashByWeekPage, "cash_by_week"),
    page("reports/collection-rate/", reports.CollectionRatePage, "collection_rate"),
    page("reports/days-sales-outstanding/", reports.DaysSalesOutstandingPage, "days_sales_outstanding"),
    page("reports/failed-payments/", reports.FailedPaymentsPage, "failed_payments"),
)
ELSEWHERE = {"allocations", "statement", "transactions"}  # pages of their room show these figures
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
        Entry("Aged receivables", "backoffice:aged_receivables", "hourglass", "view", "Reports", 300),
        Entry("Open items", "backoffice:open_items", "circle-dashed", "view", "Reports", 310),
        Entry("Trial balance", "backoffice:trial_balance", "scale", "view", "Reports", 320),
        Entry("General journal", "backoffice:general_journal", "book-2", "view", "Reports", 330),
        Entry("Revenue totals", "backoffice:revenue_totals", "chart-bar", "view", "Reports", 340),
        Entry("Receipts", "backoffice:receipts", "cash", "view", "Reports", 350),
        Entry("Overdue trend", "backoffice:overdue_trend", "chart-bar", "view", "Reports", 360),
        Entry("Cash received by week", "backoffice:cash_by_week", "chart-bar", "view", "Reports", 361),
        Entry("Collection rate", "backoffice:collection_rate", "percentage", "view", "Reports", 362),
        Entry("Days sales outstanding", "backoffice:days_sales_outstanding", "clock", "view", "Reports", 363),
        Entry("Failed payments", "backoffice:failed_payments", "alert-circle", "view", "Reports", 364),
        *(
            Entry(one.title, f"backoffice:report_{one.name}", "file-text", "view", "Reports", 370 + at)
            for at, one in enumerate(OTHERS)
            if not any(parameter.required for parameter in one.parameters)  # other pages lead to it
        ),
    ),
    parts=(
        Part("home", "charts", 10, home.charts),
        Part("list", "long_file", 10, long_files.long_file),
        Part("month_end", "links", 50, month_end.links),
        Part("month_end", "reports", 10, month_end.reports),
        Part("month_end", "actions", 10, month_end.actions),
    ),
)
