"""What events of the desk are called on pages."""

from __future__ import annotations

from subledger.desk.models import CollectionContact
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "account.contacted": say("In touch with the customer"),
    "account.followed_up": say("Followed up"),
    "account.collector_changed": say("Collector changed"),
}
THINGS = {"collection_contact": say("Contact with a customer")}
EVENT_LABELS = {"contact": say("How"), "with_whom": say("With"), "collector": say("Collector")}
SILENT = frozenset({"collection_contact_id"})
NAMED = {
    "collection_contact": Named(
        lambda idents: CollectionContact.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("account", row.account_id),
    )
}
MARKS: dict[str, tuple[str, str]] = {
    "contacted": ("note", ""),
    "followed_up": ("check", "good"),
    "collector_changed": ("user", ""),
}
