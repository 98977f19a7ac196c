"""Pages of transactions, and what they add to accounts and the overview."""

from subledger.page_kit.faces import Entry, Kept, Link, PageFace, Part, Subject, own, page
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url
from subledger.transactions import labels
from subledger.transactions.queries import transaction_by_id

from . import (
    account,
    actions,
    balances,
    choices,
    collection,
    companies,
    copies,
    credits,
    documents,
    entries,
    event_words,
    home,
    listings,
    live_sums,
    month_end,
    printouts,
    prints,
    setup,
    transaction,
    transactions,
)
from .badges import BADGES
from .confirmations import CONFIRMATIONS
from .search import SEARCH

PAGES = PageFace(
    paths=(
        page("accounts/<acc:account_id>/open/", account.AccountOpenPage, "account_open"),
        page("accounts/<acc:account_id>/transactions/", account.AccountTransactionsPage, "account_transactions"),
        page("accounts/<acc:account_id>/allocations/", account.AccountAllocationsPage, "account_allocations"),
        page("accounts/<acc:account_id>/statement/", account.AccountStatementPage, "account_statement"),
        page("accounts/<acc:account_id>/statement/print/", printouts.StatementPrintPage, "account_statement_print"),
        page("accounts/<acc:account_id>/collect/", collection.AccountCollectPage, "account_collect"),
        page("accounts/<acc:account_id>/collect/shares/", collection.SharesPage, "account_collect_shares"),
        page("accounts/<acc:account_id>/new/<slug:kind>/", documents.TransactionNewPage, "transaction_new"),
        page("accounts/<acc:account_id>/new/<slug:kind>/figures/", live_sums.FiguresPage, "transaction_figures"),
        page("transactions/", transactions.TransactionsPage, "transactions"),
        page("invoices/", listings.InvoicesPage, "invoices"),
        page("payments/", listings.PaymentsPage, "payments"),
        page("credit-notes/", listings.CreditNotesPage, "credit_notes"),
        page("transactions/new/<slug:kind>/", choices.TransactionChoosePage, "transaction_choose"),
        page("transactions/<txn:transaction_id>/", transaction.TransactionPage, "transaction"),
        page("transactions/<txn:transaction_id>/edit/", documents.TransactionEditPage, "transaction_edit"),
        page("transactions/<txn:transaction_id>/collect/", collection.TransactionCollectPage, "transaction_collect"),
        page("transactions/<txn:transaction_id>/note/", actions.TransactionNotePage, "transaction_note"),
        page("transactions/<txn:transaction_id>/print/", printouts.TransactionPrintPage, "transaction_print"),
        page("transactions/<txn:transaction_id>/print/anew/", copies.RenewPage, "transaction_print_anew"),
        page("copies/<dcp:copy_id>/", copies.CopyPage, "printed_copy"),
        page(
            "transactions/<txn:transaction_id>/<slug:action>/",
            actions.TransactionActionPage,
            "transaction_action",
        ),
        page("prints/<run:execution_id>/", prints.PrintsFilePage, "prints_file"),
        page("configuration/companies/new/", companies.CompanyNewPage, "company_new"),
        own("first-company/", companies.FirstCompanyPage, "first_company"),
        page("allocations/", account.AllocationsPage, "allocations"),
    ),
    menu=(
        Entry(labels.INVOICES, "backoffice:invoices", "file-invoice", "view", "Finance", 112),
        Entry(labels.PAYMENTS, "backoffice:payments", "cash", "view", "Finance", 114),
        Entry(labels.CREDIT_NOTES, "backoffice:credit_notes", "file-minus", "view", "Finance", 116),
        Entry("All transactions", "backoffice:transactions", "receipt-2", "view", "Finance", 120),
        Entry("Applied payments", "backoffice:allocations", "arrows-exchange", "view", "Finance", 140),
    ),
    configuration=(
        Kept(
            "People",
            53,
            links=(
                Link("New company", "company_new", "Another legal entity, with books of its own.", "companies.create"),
            ),
        ),
    ),
    subjects={
        "transaction": Subject(
            read=transaction_by_id,
            url=transactions.transaction_url,
            crumbs=lambda row: [
                Crumb(transactions.TRANSACTIONS, page_url("transactions")),
                Crumb(str(row), transactions.transaction_url(row)),
            ],
        )
    },
    parts=(
        Part("account", "tabs", 20, account.tabs),
        Part("account", "tabs", 40, account.statement_tab),
        Part("account", "actions", 10, account.actions),
        Part("account", "tiles", 10, account.tiles),
        Part("account", "chart", 10, account.chart),
        Part("account", "tables", 10, account.tables),
        Part("account", "things_on_it", 10, account.things_on_it),
        Part("accounts", "annotations", 10, balances.annotating),
        Part("accounts", "columns", 10, balances.columns),
        Part("accounts", "found_columns", 10, balances.found_columns),
        Part("customers", "annotations", 10, balances.annotating_customers),
        Part("customers", "columns", 10, balances.columns_of_customers),
        Part("home", "actions", 10, home.actions),
        Part("home", "tiles", 10, home.tiles),
        Part("home", "strips", 10, home.strips),
        Part("home", "currencies", 10, home.currencies),
        Part("home", "todo", 10, home.todo),
        Part("home", "recent", 10, home.latest),
        Part("setup", "steps", 30, setup.steps),
        Part("setup", "steps", 90, setup.last_steps),
        Part("month_end", "links", 20, month_end.links),
        Part("journal_entry", "documents", 10, entries.documents),
        Part("run", "actions", 10, prints.run_actions),
        Part("transaction", "tables", 90, copies.tables),
        Part("refund", "owed_again", 10, credits.owed_again_of),
        Part("refund", "offers", 10, credits.offers_of),
    ),
    search=SEARCH,
    badges=BADGES,
    confirmations=CONFIRMATIONS,
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
    references=event_words.REFERENCES,
    named=event_words.NAMED,
    marks=event_words.MARKS,
    asked_as={
        "method": ("payment_method", "refund_method"),
        "payment_method": ("refund_method", "method"),
        "allocate_to": ("intended",),
        "reason": ("credit_reason",),
        "unit_amount": ("price",),
        "sub_total": ("price",),
        "discount_percent": ("discount",),
        "discount_amount": ("discount",),
        "tax_percent": ("tax_rate",),
        "text": ("note",),
    },
)
