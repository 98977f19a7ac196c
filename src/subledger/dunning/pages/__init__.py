"""Pages of dunning: what was recorded, letters to print, and what it adds to pages of accounts and transactions."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import configuration, parts, records

BADGES = {
    "to_print": ("warn", "printer"),
    "printed": ("good", "check"),
    "lapsed": ("quiet", "ban"),
    "overtaken": ("quiet", "ban"),
    "silent": ("quiet", "ban"),
}

PAGES = PageFace(
    paths=(
        page("dunning/", records.RecordsPage, "dunning"),
        page("dunning/charges/", records.ChargesPage, "late_charges"),
        page("dunning/letters/", records.LettersPage, "dunning_letters"),
        page("dunning/letters/again/", records.LettersAgainPage, "dunning_letters_again"),
        page("dunning/<dnr:record_id>/letter/", records.LetterPage, "dunning_letter"),
    ),
    menu=(Entry(say("Dunning"), "backoffice:dunning", "bell", "view", say("Collections"), 156),),
    badges=BADGES,
    parts=(
        Part("transaction", "tables", 40, parts.of_transaction),
        Part("transaction", "facts", 40, parts.facts),
        Part("account", "tables", 40, parts.of_account),
        Part("home", "todo", 35, parts.todo),
        Part("dunning_plan", "actions", 10, configuration.actions),
        Part("dunning_plan", "within", 10, configuration.within),
    ),
    event_words={
        "company.dunning_letters_printed": say("Reminders printed"),
        "invoice.dunning_level": say("Level of dunning reached"),
        "invoice.dunning_letter_printed": say("Reminder printed"),
        "invoice.dunning_letter_lapsed": say("Reminder no longer printed"),
    },
    things={
        "dunningplan": say("Dunning plan"),
        "dunninglevel": say("Dunning level"),
        "dunningrate": say("Dunning rate"),
        "dunningminimum": say("Smallest amount of dunning"),
    },
    event_labels={"level": say("Level"), "told": say("Outcome"), "letters": say("Letters")},
    event_money=frozenset({"open"}),
)
