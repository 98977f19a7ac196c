"""What events of companies are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.companies.models import ApiKey, Company, Membership, SavedView
from subledger.companies.number_series import words_of_series
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url
from subledger.platform.models import NumberSeries

EVENT_WORDS = {
    "company.created": say("Company set up"),
    "member.added": say("Person added, or role changed"),
    "member.removed": say("Person removed"),
    "company.changed": say("Company changed"),
    "number_series.changed": say("Numbers changed"),
    "company.setup_put_away": say("Setting up put away"),
    "company.setup_taken_up": say("Setting up taken up again"),
    "company.provided": say("Company given what a newer version brings"),
    "company.formats_changed": say("Numbers and days of the company written otherwise"),
    "membership.formats_changed": say("Numbers and days of a person written otherwise"),
    "api_key.created": say("API key created"),
    "api_key.revoked": say("API key revoked"),
    "saved_view.saved": say("View of a list shared"),
    "saved_view.changed": say("View of a list changed"),
    "saved_view.deleted": say("View of a list deleted"),
}
THINGS = {
    "company": say("Company"),
    "membership": say("Person"),
    "api_key": "API key",
    "role": say("Role"),
    "number_series": say("Number series"),
    "saved_view": say("View of a list"),
}
NAMED = {
    "membership": Named(
        lambda idents: Membership.objects.filter(pk__in=idents).select_related("user"),
        lambda row: row.user.get_full_name() or row.user.get_username(),
        lambda row: page_url("people"),
    ),
    "api_key": Named(
        lambda idents: ApiKey.objects.filter(pk__in=idents), lambda row: row.name, lambda row: page_url("keys")
    ),
    "saved_view": Named(lambda idents: SavedView.objects.filter(pk__in=idents), lambda row: row.name),
    "number_series": Named(
        lambda idents: NumberSeries.objects.filter(pk__in=idents),
        lambda row: words_of_series(row.code),
        lambda row: page_url("series_edit", row.code),
    ),
    "company": Named(lambda idents: Company.objects.filter(pk__in=idents), lambda row: row.name),
}
