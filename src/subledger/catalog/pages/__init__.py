"""What the pages say of products and taxes."""

from subledger.page_kit.faces import PageFace

from . import event_words

PAGES = PageFace(
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    named=event_words.NAMED,
    asked_as={"unit_amount_decimal": ("price",)},
)
