"""Pages of documents: the letterhead's logo, and how a document looks with it."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import PageFace, Part, page

from . import letterhead, setup

PAGES = PageFace(
    paths=(
        page("configuration/letterhead/logo/", letterhead.LogoPage, "letterhead_logo"),
        page("configuration/letterhead/logo/remove/", letterhead.LogoRemovePage, "letterhead_logo_remove"),
        page("configuration/letterhead/look/", letterhead.LookPage, "letterhead_look"),
        page("configuration/letterhead/sample/", letterhead.SamplePage, "letterhead_sample"),
    ),
    parts=(
        Part("letterhead", "actions", 10, letterhead.actions),
        Part("letterhead", "within", 10, letterhead.within),
        Part("letterhead", "warnings", 10, letterhead.warnings),
        Part("setup", "steps", 10, setup.steps),
    ),
    event_words={
        "letterhead.created": say("Letterhead made"),
        "letterhead.changed": say("Letterhead changed"),
        "logo.changed": say("Logo changed"),
        "logo.removed": say("Logo taken off"),
    },
    things={"letterhead": "letterhead", "logo": "logo"},
)
