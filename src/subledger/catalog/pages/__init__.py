"""What is kept under Configuration of products and taxes."""

from subledger.page_kit.faces import Kept, PageFace

from . import event_words
from .kinds import CATALOGUE

PAGES = PageFace(
    configuration=(Kept("Products and taxes", 30, CATALOGUE),),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    named=event_words.NAMED,
)
