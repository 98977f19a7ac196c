"""Pages of customers and their accounts."""

from subledger.accounts.queries import account_by_id
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, Subject, page
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url

from . import account, accounts, contacts, customers, definitions, event_words, setup
from .badges import BADGES
from .search import SEARCH

PAGES = PageFace(
    paths=(
        page("customers/", customers.CustomersPage, "customers"),
        page("customers/new/", customers.CustomerNewPage, "customer_new"),
        page("customers/<cus:customer_id>/", customers.CustomerPage, "customer"),
        page("customers/<cus:customer_id>/edit/", customers.CustomerEditPage, "customer_edit"),
        page("customers/<cus:customer_id>/contacts/new/", contacts.ContactNewPage, "contact_new"),
        page("customers/contacts/<ctp:contact_id>/edit/", contacts.ContactEditPage, "contact_edit"),
        page("customers/contacts/<ctp:contact_id>/remove/", contacts.ContactRemovePage, "contact_remove"),
        page("customers/<cus:customer_id>/accounts/new/", accounts.AccountNewPage, "account_new"),
        page("accounts/", accounts.AccountsPage, "accounts"),
        page("accounts/new/", accounts.AccountChoosePage, "account_choose"),
        page("accounts/<acc:account_id>/", account.AccountPage, "account"),
        page("accounts/<acc:account_id>/timeline/", account.AccountTimelinePage, "account_timeline"),
        page("accounts/<acc:account_id>/edit/", accounts.AccountEditPage, "account_edit"),
        page("accounts/<acc:account_id>/note/", accounts.AccountNotePage, "account_note"),
        page("accounts/<acc:account_id>/preferences/new/", accounts.PreferenceNewPage, "account_preference"),
        page(
            "accounts/<acc:account_id>/preferences/<pmt:chosen_id>/release/",
            accounts.PreferenceReleasePage,
            "account_preference_release",
        ),
        page("accounts/<acc:account_id>/state/<slug:action>/", accounts.AccountStatePage, "account_state"),
        page(
            "configuration/account-definitions/<str:entry>/activate/",
            definitions.DefinitionActivatePage,
            "definition_activate",
        ),
    ),
    menu=(
        Entry(say("Accounts receivable"), "backoffice:accounts", "users", "view", say("Finance"), 100),
        Entry(say("Customers"), "backoffice:customers", "user", "view", say("Finance"), 110),
    ),
    subjects={
        "account": Subject(
            read=account_by_id,
            url=accounts.account_url,
            crumbs=lambda row: [
                Crumb(accounts.ACCOUNTS, page_url("accounts")),
                Crumb(row.number, accounts.account_url(row)),
            ],
            frame=account.frame,
        )
    },
    parts=(
        Part("setup", "steps", 20, setup.steps),
        Part("account", "tabs", 10, account.overview),
        Part("account_definition", "actions", 10, definitions.activation_of),
        Part("account", "tabs", 90, account.timeline),
        Part("account", "actions", 20, account.changing),
        Part("account", "actions", 40, account.ending),
    ),
    search=SEARCH,
    badges=BADGES,
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    references=event_words.REFERENCES,
    named=event_words.NAMED,
    asked_as={"payment_preference": ("way", "preference"), "credit_period": ("credit_period_value",)},
)
