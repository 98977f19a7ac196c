"""Pages of reports: some show more than their declaration says; every other report's page is made from it alone."""

from subledger.page_kit.faces import Entry, PageFace, page
from subledger.reports.catalogue import reports as declared

from . import reports

OWN = (
    page("reports/aged-receivables/", reports.AgedReceivablesPage, "aged_receivables"),
    page("reports/open-items/", reports.OpenItemsPage, "open_items"),
    page("reports/trial-balance/", reports.TrialBalancePage, "trial_balance"),
    page("reports/general-journal/", reports.GeneralJournalPage, "general_journal"),
    page("reports/revenue-totals/", reports.RevenueTotalsPage, "revenue_totals"),
    page("reports/receipts/", reports.ReceiptsPage, "receipts"),
)
ELSEWHERE = {"allocations", "statement", "transactions"}  # pages of their room show these figures
OTHERS = [
    report for name, report in declared().items() if name not in ELSEWHERE | {one.view.report_name for one in OWN}
]

PAGES = PageFace(
    paths=(*OWN, *(page(f"reports/{one.name}/", reports.page_of(one.name), f"report_{one.name}") for one in OTHERS)),
    menu=(
        Entry("Aged receivables", "backoffice:aged_receivables", "hourglass", "view", "Reports", 300),
        Entry("Open items", "backoffice:open_items", "circle-dashed", "view", "Reports", 310),
        Entry("Trial balance", "backoffice:trial_balance", "scale", "view", "Reports", 320),
        Entry("General journal", "backoffice:general_journal", "book-2", "view", "Reports", 330),
        Entry("Revenue totals", "backoffice:revenue_totals", "chart-bar", "view", "Reports", 340),
        Entry("Receipts", "backoffice:receipts", "cash", "view", "Reports", 350),
        *(
            Entry(one.title, f"backoffice:report_{one.name}", "file-text", "view", "Reports", 360 + at)
            for at, one in enumerate(OTHERS)
        ),
    ),
)
