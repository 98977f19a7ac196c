"""Every staff page: its address, and by its class the permission it needs."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, include, path

from subledger.accounts.pages import account, accounts, customers
from subledger.companies.pages import configuration, events, formats, home, keys, search
from subledger.gateways.pages import (
    cards,
    files,
    inbox,
    links,
    pay,
    providers,
    refunds,
    requests,
    retries,
    unbooked,
    withdrawals,
)
from subledger.imports.pages import imports
from subledger.journal.pages import journal
from subledger.page_kit.access import person_page, staff_page
from subledger.page_kit.addresses import register_ids
from subledger.people.pages import invitations, me, members, session
from subledger.reports.pages import reports
from subledger.runs.pages.urls import PAGES as RUNS
from subledger.transactions.pages import actions, documents, figures, transaction, transactions

register_ids()


def page(route: str, view: Any, name: str) -> URLPattern:
    return path(route, staff_page(view.as_view(), view.permission), name=name)


PAGES = [
    page("", home.HomePage, "home"),
    page("search", search.SearchPage, "search"),
    page("company/", session.SwitchCompany, "switch_company"),
    page("customers/", customers.CustomersPage, "customers"),
    page("customers/new/", customers.CustomerNewPage, "customer_new"),
    page("customers/<cus:customer_id>/", customers.CustomerPage, "customer"),
    page("customers/<cus:customer_id>/edit/", customers.CustomerEditPage, "customer_edit"),
    page("customers/<cus:customer_id>/accounts/new/", accounts.AccountNewPage, "account_new"),
    page("accounts/", accounts.AccountsPage, "accounts"),
    page("accounts/new/", accounts.AccountChoosePage, "account_choose"),
    page("accounts/<acc:account_id>/", account.AccountPage, "account"),
    page("accounts/<acc:account_id>/open/", account.AccountOpenPage, "account_open"),
    page("accounts/<acc:account_id>/transactions/", account.AccountTransactionsPage, "account_transactions"),
    page("accounts/<acc:account_id>/allocations/", account.AccountAllocationsPage, "account_allocations"),
    page("accounts/<acc:account_id>/statement/", account.AccountStatementPage, "account_statement"),
    page("accounts/<acc:account_id>/timeline/", account.AccountTimelinePage, "account_timeline"),
    page("accounts/<acc:account_id>/edit/", accounts.AccountEditPage, "account_edit"),
    page("accounts/<acc:account_id>/note/", accounts.AccountNotePage, "account_note"),
    page("accounts/<acc:account_id>/preferences/new/", accounts.PreferenceNewPage, "account_preference"),
    page(
        "accounts/<acc:account_id>/preferences/<pmt:chosen_id>/release/",
        accounts.PreferenceReleasePage,
        "account_preference_release",
    ),
    page("accounts/<acc:account_id>/ways/", cards.AccountWaysPage, "account_ways"),
    page("accounts/<acc:account_id>/requests/", requests.AccountRequestsPage, "account_requests"),
    page("accounts/<acc:account_id>/cards/new/", cards.CardRegisterPage, "account_card_new"),
    page("accounts/<acc:account_id>/cards/link/", links.CardLinkPage, "account_card_link"),
    page("accounts/<acc:account_id>/cards/<pmt:chosen_id>/", cards.CardPage, "account_card"),
    page(
        "accounts/<acc:account_id>/cards/<pmt:chosen_id>/<slug:verb>/",
        cards.CardActionPage,
        "account_card_action",
    ),
    page("accounts/<acc:account_id>/state/<slug:action>/", accounts.AccountStatePage, "account_state"),
    page("accounts/<acc:account_id>/new/<slug:kind>/", documents.TransactionNewPage, "transaction_new"),
    page("accounts/<acc:account_id>/new/<slug:kind>/figures/", figures.FiguresPage, "transaction_figures"),
    page("transactions/", transactions.TransactionsPage, "transactions"),
    page("transactions/new/<slug:kind>/", documents.TransactionChoosePage, "transaction_choose"),
    page("transactions/<txn:transaction_id>/", transaction.TransactionPage, "transaction"),
    page("transactions/<txn:transaction_id>/edit/", documents.TransactionEditPage, "transaction_edit"),
    page("transactions/<txn:transaction_id>/note/", actions.TransactionNotePage, "transaction_note"),
    page("transactions/<txn:transaction_id>/refund/", refunds.PaymentRefundPage, "payment_refund"),
    page("transactions/<txn:transaction_id>/link/", links.InvoiceLinkPage, "invoice_link"),
    page(
        "transactions/<txn:transaction_id>/<slug:action>/",
        actions.TransactionActionPage,
        "transaction_action",
    ),
    page("allocations/", account.AllocationsPage, "allocations"),
    page("gateways/", requests.RequestsPage, "gateways"),
    page("gateways/requests/<prq:request_id>/", requests.RequestPage, "payment_request"),
    page("gateways/requests/<prq:request_id>/look-up/", requests.RequestLookUpPage, "payment_request_look_up"),
    page("gateways/requests/<prq:request_id>/link/", links.RequestLinkPage, "payment_request_link"),
    page("gateways/requests/<prq:request_id>/retry/", retries.RetryPage, "payment_request_retry"),
    page("gateways/requests/<prq:request_id>/withdraw/", withdrawals.WithdrawPage, "payment_request_withdraw"),
    page("gateways/unbooked/", unbooked.UnbookedPage, "unbooked"),
    page("gateways/unbooked/<ubf:fact_id>/", unbooked.UnbookedFactPage, "unbooked_fact"),
    page("gateways/providers/", providers.ProvidersPage, "providers"),
    page("gateways/providers/new/<slug:kind>/", providers.ProviderNewPage, "provider_new"),
    page("gateways/providers/<gwp:provider_id>/", providers.ProviderPage, "provider"),
    page("gateways/providers/<gwp:provider_id>/edit/", providers.ProviderEditPage, "provider_edit"),
    page("gateways/providers/<gwp:provider_id>/delete/", providers.ProviderDeletePage, "provider_delete"),
    page("gateways/providers/<gwp:provider_id>/export/", files.ProviderExportPage, "provider_export"),
    page("gateways/providers/<gwp:provider_id>/results/", files.ProviderResultsPage, "provider_results"),
    page("gateways/providers/<gwp:provider_id>/<slug:verb>/", providers.ProviderStatePage, "provider_state"),
    page("gateways/events/", inbox.InboxPage, "inbox"),
    page("gateways/events/<gev:event_id>/", inbox.InboxEventPage, "inbox_event"),
    page("gateways/events/<gev:event_id>/replay/", inbox.InboxReplayPage, "inbox_replay"),
    page("imports/", imports.ImportsPage, "imports"),
    page("imports/new/", imports.ImportNewPage, "import_new"),
    page("imports/<imp:run_id>/", imports.ImportPage, "import"),
    *(page(*each) for each in RUNS),
    page("reports/aged-receivables/", reports.AgedReceivablesPage, "aged_receivables"),
    page("reports/open-items/", reports.OpenItemsPage, "open_items"),
    page("reports/trial-balance/", reports.TrialBalancePage, "trial_balance"),
    page("reports/general-journal/", reports.GeneralJournalPage, "general_journal"),
    page("reports/revenue-totals/", reports.RevenueTotalsPage, "revenue_totals"),
    page("reports/receipts/", reports.ReceiptsPage, "receipts"),
    page("configuration/", configuration.ConfigurationPage, "configuration"),
    page("configuration/periods/", journal.PeriodsPage, "periods"),
    page("configuration/periods/close/", journal.PeriodClosePage, "period_close"),
    page("configuration/periods/reopen/", journal.PeriodReopenPage, "period_reopen"),
    page("configuration/rates/", journal.RatesPage, "rates"),
    page("configuration/rates/new/", journal.RateNewPage, "rate_new"),
    page("configuration/formats/", formats.CompanyFormatsPage, "formats"),
    page("own-formats/", formats.OwnFormatsPage, "own_formats"),
    page("configuration/series/", journal.SeriesPage, "series"),
    page("configuration/people/", members.PeoplePage, "people"),
    page("configuration/people/new/", members.PersonNewPage, "person_new"),
    page("configuration/people/second-factor/", members.SecondFactorRulePage, "second_factor_rule"),
    page("configuration/people/<mem:membership_id>/role/", members.PersonRolePage, "person_role"),
    page("configuration/people/<mem:membership_id>/remove/", members.PersonRemovePage, "person_remove"),
    page("configuration/people/<mem:membership_id>/<slug:verb>/", members.PersonActionPage, "person_action"),
    page("configuration/invitations/", members.InvitationsPage, "invitations"),
    page(
        "configuration/invitations/<inv:invitation_id>/withdraw/", members.InvitationWithdrawPage, "invitation_withdraw"
    ),
    page("configuration/keys/", keys.KeysPage, "keys"),
    page("configuration/keys/new/", keys.KeyNewPage, "key_new"),
    page("configuration/keys/<key:key_id>/revoke/", keys.KeyRevokePage, "key_revoke"),
    page("configuration/events/", events.EventsPage, "events"),
    page(
        "configuration/account-definitions/<str:entry>/activate/",
        configuration.DefinitionActivatePage,
        "definition_activate",
    ),
    page("configuration/<slug:kind>/", configuration.EntriesPage, "entries"),
    page("configuration/<slug:kind>/new/", configuration.EntryPage, "entry_new"),
    page("configuration/<slug:kind>/<str:entry>/", configuration.EntryPage, "entry"),
]

OWN = [
    path(route, person_page(view.as_view()), name=name)
    for route, view, name in (
        ("me/", me.MePage, "me"),
        ("me/password/", me.MyPasswordPage, "my_password"),
        ("me/second-factor/", me.MySecondFactorPage, "my_second_factor"),
        ("me/second-factor/remove/", me.MySecondFactorRemovePage, "my_second_factor_remove"),
        ("me/recovery-codes/", me.MyRecoveryCodesPage, "my_recovery_codes"),
    )
]

urlpatterns = [
    path(
        "",
        include(
            (
                [
                    path("login/", session.LoginPage.as_view(), name="login"),
                    path("login/code/", session.LoginCodePage.as_view(), name="login_code"),
                    path("logout/", session.LogoutPage.as_view(), name="logout"),
                    path("password/", session.ForgottenPage.as_view(), name="forgotten"),
                    path("password/sent/", session.ForgottenSentPage.as_view(), name="forgotten_sent"),
                    path("password/<uidb64>/<token>/", session.NewPasswordPage.as_view(), name="new_password"),
                    path("invitation/<str:token>", invitations.InvitationPage.as_view(), name="invitation"),
                    *OWN,
                    *pay.PATHS,
                    *PAGES,
                ],
                "backoffice",
            )
        ),
    ),
]
