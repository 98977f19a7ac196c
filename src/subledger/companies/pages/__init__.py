"""Pages of the company: overview, search, configuration, roles, API keys, formats, the audit trail."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, Kept, Link, PageFace, Part, page

from . import (
    company_switch,
    configuration,
    event_words,
    events,
    formats,
    home,
    keys,
    lists,
    number_series,
    search,
    setup,
)

PAGES = PageFace(
    paths=(
        page("", home.HomePage, "home"),
        page("search", search.SearchPage, "search"),
        page("lists/views/", lists.SavedViewsForm, "saved_views"),
        page("lists/views/<svw:view_id>/", lists.SavedViewForm, "saved_view"),
        page("lists/columns/", lists.ColumnsForm, "list_columns"),
        page("company/", company_switch.SwitchCompany, "switch_company"),
        page("configuration/", configuration.ConfigurationPage, "configuration"),
        page("configuration/formats/", formats.CompanyFormatsPage, "formats"),
        page("configuration/series/", number_series.SeriesPage, "series"),
        page("configuration/series/<slug:code>/", number_series.SeriesEditPage, "series_edit"),
        page("configuration/series/<slug:code>/next/", number_series.SeriesWordsPage, "series_words"),
        page("own-formats/", formats.OwnFormatsPage, "own_formats"),
        page("configuration/keys/", keys.KeysPage, "keys"),
        page("configuration/keys/new/", keys.KeyNewPage, "key_new"),
        page("configuration/keys/<key:key_id>/revoke/", keys.KeyRevokePage, "key_revoke"),
        page("configuration/events/", events.EventsPage, "events"),
        page("setup/", setup.SetupPage, "setup"),
        page("setup/<slug:step>/", setup.SetupStepPage, "setup_step"),
        page("configuration/<slug:kind>/", configuration.EntriesPage, "entries"),
        page("configuration/<slug:kind>/new/", configuration.EntryPage, "entry_new"),
        page("configuration/<slug:kind>/<str:entry>/", configuration.EntryPage, "entry"),
    ),
    menu=(
        Entry(say("Overview"), "backoffice:home", "home", "view", "", 0),
        Entry(
            say("Configuration"), "backoffice:configuration", "settings", "view", say("Configuration"), 900, pinned=True
        ),
    ),
    configuration=(
        Kept(
            say("Company"),
            5,
            links=(
                Link(
                    say("Set up the company"),
                    "setup",
                    say("From its address to its first invoice."),
                    "configuration.edit",
                ),
                Link(
                    say("Language, numbers and days"),
                    "formats",
                    say("What language pages are in, and how they write and read both."),
                    "configuration.edit",
                ),
                Link(
                    number_series.TITLE,
                    "series",
                    say("How documents are numbered, and which number comes next."),
                    "view",
                ),
            ),
        ),
        Kept(
            say("People"),
            52,
            links=(Link(say("Audit trail"), "events", say("Who did what, to what, and when."), "view"),),
        ),
        Kept(
            say("Programs"),
            54,
            links=(Link(say("API keys"), "keys", say("Programs that work for this company."), "view:api_keys"),),
        ),
    ),
    parts=(Part("setup", "steps", 40, setup.numbers), Part("home", "notices", 10, setup.notices)),
    shell={
        "search": "search",
        "company": "switch_company",
        "formats": "own_formats",
        "views": "saved_views",
        "view": "saved_view",
        "columns": "list_columns",
        "configuration": "configuration",
        "row": "entry",
    },
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    named=event_words.NAMED,
)
