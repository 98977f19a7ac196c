"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "company.dunning_letters_printed": (
        "letters of dunning were printed together: the records (`letters`) under which their copies are kept"
    ),
    "invoice.dunning_level": (
        "it reached a level of dunning: the level, its days from the due date, what is `told` (`sent`, `to_print`, "
        "`silent`), what was open, and what was done `after` it where that ends dunning (on the transaction)"
    ),
    "invoice.dunning_letter_lapsed": (
        "the letter of a level was not printed any more: it was paid, or held, before (on the transaction)"
    ),
    "invoice.dunning_letter_printed": "the letter of a level was printed for its customer (on the transaction)",
}
