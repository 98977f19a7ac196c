"""What events are called on pages: a few words for each type, and the labels of what they tell; rooms say them."""

from __future__ import annotations

from subledger.kernel.sentences import say

from .faces import gathered, merged
from .templatetags.subledger_tags import word

__all__ = ["SECRETS", "STATES", "is_money", "label_named", "sentence", "silent", "type_of_thing", "words_known"]

LABELS = {
    "is_active": say("In use"),
    "is_default": say("Default"),
    "email": say("Email"),
    "from": say("From"),
    "to": say("To"),
    "code": say("Code"),
}
STATES = {"None": say("none"), "": say("none"), "True": say("yes"), "False": say("no")}
# What became of a secret, of which events say no more.
SECRETS = {"changed": say("changed"), "removed": say("removed")}
# Said by the sentence, by the amount beside it, or by the thing's own page.
SILENT = frozenset({"amount", "currency", "was", "state", "number", "expires_at"})


def label_named(key: str) -> str:
    """What a key of an event's data is called; "" where nobody says."""
    return str(LABELS.get(key) or merged("event_labels").get(key) or "")


def silent() -> frozenset[str]:
    """What of an event's data goes without saying."""
    return SILENT.union(gathered("silent"))


def is_money(key: str) -> bool:
    """Whether a key of an event's data holds an amount in minor units of its currency."""
    return key.endswith(("_minor", "_amount")) or key in frozenset(gathered("event_money"))


def sentence(type_: str) -> str:
    """``invoice.posted`` is Invoice posted; a row of configuration is called by its name."""
    said = merged("event_words").get(type_)
    if said:
        return str(said)
    thing, _, verb = type_.rpartition(".")
    return say("{thing} {done}", thing=type_of_thing(thing), done=word(verb).lower())


def words_known(type_: str) -> bool:
    """Whether somebody wrote words for it: the rest is only spelled out."""
    thing, _, verb = type_.rpartition(".")
    return type_ in merged("event_words") or (thing in merged("things") and verb in ("created", "changed"))


def type_of_thing(object_type: str) -> str:
    return str(merged("things").get(object_type) or word(object_type))
