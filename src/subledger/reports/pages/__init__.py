"""Pages of reports."""

from subledger.page_kit.faces import Entry, PageFace, page

from . import reports

PAGES = PageFace(
    paths=(
        page("reports/aged-receivables/", reports.AgedReceivablesPage, "aged_receivables"),
        page("reports/open-items/", reports.OpenItemsPage, "open_items"),
        page("reports/trial-balance/", reports.TrialBalancePage, "trial_balance"),
        page("reports/general-journal/", reports.GeneralJournalPage, "general_journal"),
        page("reports/revenue-totals/", reports.RevenueTotalsPage, "revenue_totals"),
        page("reports/receipts/", reports.ReceiptsPage, "receipts"),
    ),
    menu=(
        Entry("Aged receivables", "backoffice:aged_receivables", "hourglass", "view", "Reports", 300),
        Entry("Open items", "backoffice:open_items", "circle-dashed", "view", "Reports", 310),
        Entry("Trial balance", "backoffice:trial_balance", "scale", "view", "Reports", 320),
        Entry("General journal", "backoffice:general_journal", "book-2", "view", "Reports", 330),
        Entry("Revenue totals", "backoffice:revenue_totals", "chart-bar", "view", "Reports", 340),
        Entry("Receipts", "backoffice:receipts", "cash", "view", "Reports", 350),
    ),
)
