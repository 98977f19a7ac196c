"""Pages of toys."""

from __future__ import annotations

from subledger.toys.models import Toy

from subledger.page_kit.faces import Entry, Found, Named, PageFace, Part, page
from subledger.page_kit.navigation import Tab
from subledger.page_kit.url_ids import page_url

from . import toys

PAGES = PageFace(
    paths=(page("toys/", toys.ToysPage, "toys"), page("toys/new/", toys.ToyNewPage, "toy_new")),
    menu=(Entry("Toys", "backoffice:toys", "star", "view", "Finance", 199),),
    parts=(
        Part("home", "tiles", 99, toys.tiles),
        Part("account", "tabs", 99, lambda request, account: [Tab("Toys to lend", page_url("toys"))]),
    ),
    search=(
        Found(
            position=99,
            title="Toys",
            columns=lambda: toys.COLUMNS,
            rows=lambda asked: Toy.objects.filter(name__icontains=asked),
        ),
    ),
    event_words={"toy.added": "Toy added"},
    things={"toy": "Toy"},
    named={"toy": Named(lambda idents: Toy.objects.filter(pk__in=idents), str, lambda row: page_url("toys"))},
)
