"""What people configure of documents: the letterhead."""

from __future__ import annotations

from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import say
from subledger.platform.configuration import ConfigurationField as Field
from subledger.platform.configuration import ConfigurationTable, Words

from .guards import check_letterhead
from .models import Letterhead
from .values import Language

CLOSING = {
    "en": say("Closing words in English"),
    "de": say("Closing words in German"),
    "it": say("Closing words in Italian"),
    "el": say("Closing words in Greek"),
}

LETTERHEAD = ConfigurationTable(
    model=Letterhead,
    name="letterhead",
    title=say("Letterhead"),
    noun=say("letterhead"),
    about=say("What invoices, receipts and statements say of you: address, tax and bank details, colour, logo."),
    group=say("Documents"),
    position=30,
    fields=(
        Field(name="legal_name", label=say("Legal name"), help=say("The company's name if left out.")),
        Field(name="address_line1", label=say("Address")),
        Field(name="address_line2", label=say("Address, second line")),
        Field(name="postal_code"),
        Field(name="city"),
        Field(name="region"),
        Field(name="country", help=say("Two letters, such as IT; the company's if left out.")),
        Field(name="vat_number", label=say("VAT number")),
        Field(
            name="tax_number", label=say("Tax number"), help=say("Of your tax office, where you have no VAT number.")
        ),
        Field(name="registration", help=say("As in a register of companies, such as: Amtsgericht Hamburg HRB 12345.")),
        Field(
            name="electronic_address",
            help=say("Said on electronic invoices, such as 0204:991-12345-67; your e-mail if left out."),
        ),
        Field(name="email", label=say("E-mail")),
        Field(name="phone"),
        Field(name="website"),
        Field(
            name="iban", label=say("IBAN"), help=say("Where customers send money. Invoices in euro get a code to scan.")
        ),
        Field(name="bic", label=say("BIC")),
        Field(name="bank_name", label=say("Bank")),
        Field(name="footer", label=say("Closing words"), help=say("Said at the end of invoices.")),
        *(
            Field(
                name=f"footer_{code}",
                label=label,
                help=say("To customers who are written to in it; those above if left out."),
            )
            for code, label in CLOSING.items()
        ),
        Field(name="accent", label=say("Colour"), help=say("Of rules and totals, such as #1f4e79.")),
        Field(
            name="language",
            help=say("Of documents for customers whose language is not said."),
            choices=Language,
            spoken=LANGUAGES,
        ),
    ),
    columns=("legal_name", "city", "vat_number", "iban"),
    sort="id",
    is_single=True,
    guard=check_letterhead,
    words={"letterhead_one": Words(say("A company has one letterhead. Change that one."), field="legal_name")},
)

TABLES = (LETTERHEAD,)
