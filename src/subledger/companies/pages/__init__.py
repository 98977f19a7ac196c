"""Pages of the company: overview, search, configuration, roles, API keys, formats, the audit trail."""

from subledger.page_kit.faces import Entry, Kept, Link, PageFace, Part, page

from . import company_switch, configuration, event_words, events, formats, home, keys, lists, search, setup

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
        Entry("Overview", "backoffice:home", "home", "view", "", 0),
        Entry("Configuration", "backoffice:configuration", "settings", "view", "Configuration", 900),
    ),
    configuration=(
        Kept(
            "People",
            52,
            links=(
                Link("API keys", "keys", "Programs that work for this company.", "view:api_keys"),
                Link("Set up the company", "setup", "From its address to its first invoice.", "configuration.edit"),
                Link("Numbers and days", "formats", "How they are written and read.", "configuration.edit"),
                Link("Audit trail", "events", "Who did what, to what, and when.", "view"),
            ),
        ),
    ),
    parts=(Part("setup", "steps", 40, setup.numbers), Part("home", "notices", 10, setup.notices)),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    named=event_words.NAMED,
)
