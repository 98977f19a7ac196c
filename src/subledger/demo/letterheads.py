"""What the demo's companies say of themselves on what they send.

Names, numbers and addresses are made up; the IBANs are the examples of their countries' registers.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

from subledger.companies.entries import save_entry
from subledger.documents.models import Letterhead
from subledger.documents.services import set_logo

SCALE = 4  # drawn larger, so that edges are smooth

LETTERHEADS: Mapping[str, Mapping[str, str]] = {
    "ibm": {
        "legal_name": "IBM sample books, Inc.",
        "address_line1": "1 Example Plaza",
        "postal_code": "10504",
        "city": "Armonk",
        "region": "NY",
        "tax_number": "00-0000000",
        "email": "receivables@sample-books.example",
        "phone": "+1 555 0100",
        "website": "https://sample-books.example",
        "footer": "Thank you for your business.",
        "accent": "#0f4c81",
    },
    "scenarios": {
        "legal_name": "Scenario Stories S.r.l.",
        "address_line1": "Via degli Esempi 7",
        "postal_code": "00184",
        "city": "Roma",
        "vat_number": "IT00000000000",
        "registration": "REA RM-0000000",
        "email": "amministrazione@scenario-stories.example",
        "phone": "+39 06 0000 0000",
        "website": "https://scenario-stories.example",
        "iban": "IT60X0542811101000000123456",
        "bank_name": "Banca d'Esempio",
        "footer": "Thank you for your business.",
        "footer_it": "Grazie per averci scelto.",
        "accent": "#8a3b12",
    },
    "lakeside": {
        "legal_name": "Lakeside Telecom GmbH",
        "address_line1": "Seestraße 12",
        "postal_code": "6900",
        "city": "Bregenz",
        "vat_number": "ATU00000000",
        "registration": "FN 000000 a, Landesgericht Feldkirch",
        "email": "billing@lakeside-telecom.example",
        "phone": "+43 5574 00000",
        "website": "https://lakeside-telecom.example",
        "iban": "AT611904300234573201",
        "bank_name": "Beispielbank",
        "footer": "Thank you for staying connected with us.",
        "footer_de": "Danke, dass Sie mit uns verbunden sind.",
        "accent": "#0b6e6e",
    },
}


def dress(code: str, *, actor: str) -> None:
    """Give the company in scope its letterhead and logo."""
    values = LETTERHEADS[code]
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=dict(values), actor=actor)
    set_logo(content=mark(values["accent"]), actor=actor)


def mark(colour: str) -> bytes:
    """A logo: waves in a disc, as PNG of 200 pixels each way."""
    size = 200 * SCALE
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, size - 1, size - 1), fill=colour)
    for place, width in ((0.36, 0.62), (0.52, 0.72), (0.68, 0.62)):
        left, top, step = size * (1 - width) / 2, size * place, size * width / 4
        for wave in range(4):
            box = (left + wave * step, top - step / 2, left + (wave + 1) * step, top + step / 2)
            start = 180 if wave % 2 == 0 else 0
            draw.arc(box, start, start + 180, fill="white", width=9 * SCALE)
    image = image.resize((200, 200), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
