"""What events of companies are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.companies.models import ApiKey, Company, Membership, SavedView
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "company.created": "Company set up",
    "member.added": "Person added, or role changed",
    "member.removed": "Person removed",
    "company.changed": "Company changed",
    "company.setup_put_away": "Setting up put away",
    "company.setup_taken_up": "Setting up taken up again",
    "company.provided": "Company given what a newer version brings",
    "company.formats_changed": "Numbers and days of the company written otherwise",
    "membership.formats_changed": "Numbers and days of a person written otherwise",
    "api_key.created": "API key created",
    "api_key.revoked": "API key revoked",
    "saved_view.saved": "View of a list shared",
    "saved_view.changed": "View of a list changed",
    "saved_view.deleted": "View of a list deleted",
}
THINGS = {
    "company": "Company",
    "membership": "Person",
    "api_key": "API key",
    "role": "Role",
    "saved_view": "View of a list",
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
    "company": Named(lambda idents: Company.objects.filter(pk__in=idents), lambda row: row.name),
}
