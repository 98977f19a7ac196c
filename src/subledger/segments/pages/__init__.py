"""Pages of segments; and segments as a criterion of the lists of what they select."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, Named, PageFace, Part, page
from subledger.page_kit.url_ids import page_url
from subledger.segments.models import Segment
from subledger.segments.states import About

from . import event_words, listed, views

PAGES = PageFace(
    paths=(
        page("segments/", views.SegmentsPage, "segments"),
        page("segments/new/<slug:about>/", views.SegmentNewPage, "segment_new"),
        page("segments/figures/<slug:about>/", views.SegmentFiguresPage, "segment_figures"),
        page("segments/<seg:segment_id>/", views.SegmentPage, "segment"),
        page("segments/<seg:segment_id>/edit/", views.SegmentEditPage, "segment_edit"),
        page("segments/<seg:segment_id>/delete/", views.SegmentDeletePage, "segment_delete"),
    ),
    menu=(Entry(say("Segments"), "backoffice:segments", "filter", "view", say("Collections"), 159),),
    parts=(
        Part("accounts", "criteria", 10, listed.criterion(About.ACCOUNTS)),
        Part("transactions", "criteria", 10, listed.criterion(About.TRANSACTIONS)),
    ),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    named={
        "segment": Named(
            lambda idents: Segment.objects.filter(pk__in=idents), str, lambda row: page_url("segment", row.pk)
        )
    },
)
