"""What toys are printed as."""

from __future__ import annotations

from subledger.toys.models import Toy

from subledger.documents.kinds import DocumentKind, Layout
from subledger.documents.queries import sender
from subledger.documents.services import Printable
from subledger.documents.values import Document, Party, Totals
from subledger.kernel.money import Money

SLIP = DocumentKind(
    name="toy_slip",
    titles={
        "en": "Slip of a toy",
        "de": "Spielzeugzettel",
        "it": "Foglietto del giocattolo",
        "el": "Δελτίο παιχνιδιού",
    },
    layout=Layout(("number", "issued_on")),
)
DOCUMENT_KINDS = [SLIP]


def slip_of(toy: Toy) -> Printable:
    by = sender()
    document = Document(
        kind=SLIP.name,
        number=toy.number,
        currency="eur",
        issued_on=toy.came_on,
        seller=by.party,
        buyer=Party(name=toy.name),
        totals=Totals(total=Money(0, "eur")),
    )
    return Printable(toy.public_id, document, by.brand)
