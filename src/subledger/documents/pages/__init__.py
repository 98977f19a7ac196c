"""Pages of documents: the letterhead's logo, and how a document looks with it."""

from subledger.page_kit.faces import PageFace, Part, page

from . import letterhead, setup

PAGES = PageFace(
    paths=(
        page("configuration/letterhead/logo/", letterhead.LogoPage, "letterhead_logo"),
        page("configuration/letterhead/logo/remove/", letterhead.LogoRemovePage, "letterhead_logo_remove"),
        page("configuration/letterhead/sample/", letterhead.SamplePage, "letterhead_sample"),
    ),
    parts=(Part("letterhead", "actions", 10, letterhead.actions), Part("setup", "steps", 10, setup.steps)),
    event_words={
        "letterhead.created": "Letterhead made",
        "letterhead.changed": "Letterhead changed",
        "logo.changed": "Logo changed",
        "logo.removed": "Logo taken off",
    },
    things={"letterhead": "letterhead", "logo": "logo"},
)
