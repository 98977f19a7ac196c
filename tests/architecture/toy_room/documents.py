"""What toys are printed as."""

from __future__ import annotations

from decimal import Decimal

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
    layout=Layout(("letters", "number", "issued_on"), total="worth"),
    words={
        "letters": {"en": "Letters", "de": "Buchstaben", "it": "Lettere", "el": "Γράμματα"},
        "worth": {"en": "Worth", "de": "Wert", "it": "Valore", "el": "Αξία"},
    },
)
DOCUMENT_KINDS = [SLIP]


def slip_of(toy: Toy, language: str = "en") -> Printable:
    by = sender()
    document = Document(
        kind=SLIP.name,
        number=toy.number,
        currency="eur",
        language=language,
        issued_on=toy.came_on,
        seller=by.party,
        buyer=Party(name=toy.name),
        totals=Totals(total=Money(250, "eur")),
        facts={"letters": Decimal(len(toy.name))},
    )
    return Printable(toy.public_id, document, by.brand)
