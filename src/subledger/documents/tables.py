"""What people configure of documents: the letterhead."""

from __future__ import annotations

from subledger.kernel.languages import LANGUAGES
from subledger.platform.configuration import ConfigurationField as Field
from subledger.platform.configuration import ConfigurationTable, Words

from .guards import check_letterhead
from .models import Letterhead
from .values import Language

LETTERHEAD = ConfigurationTable(
    model=Letterhead,
    name="letterhead",
    title="Letterhead",
    noun="letterhead",
    about="What invoices, receipts and statements say of you: address, tax and bank details, colour, logo.",
    group="Documents",
    position=30,
    fields=(
        Field(name="legal_name", label="Legal name", help="The company's name if left out."),
        Field(name="address_line1", label="Address"),
        Field(name="address_line2", label="Address, second line"),
        Field(name="postal_code"),
        Field(name="city"),
        Field(name="region"),
        Field(name="country", help="Two letters, such as IT; the company's if left out."),
        Field(name="vat_number", label="VAT number"),
        Field(name="tax_number", label="Tax number", help="Of your tax office, where you have no VAT number."),
        Field(name="registration", help="As in a register of companies, such as: Amtsgericht Hamburg HRB 12345."),
        Field(
            name="electronic_address",
            help="Said on electronic invoices, such as 0204:991-12345-67; your e-mail if left out.",
        ),
        Field(name="email", label="E-mail"),
        Field(name="phone"),
        Field(name="website"),
        Field(name="iban", label="IBAN", help="Where customers send money. Invoices in euro get a code to scan."),
        Field(name="bic", label="BIC"),
        Field(name="bank_name", label="Bank"),
        Field(name="footer", label="Closing words", help="Said at the end of invoices."),
        Field(name="accent", label="Colour", help="Of rules and totals, such as #1f4e79."),
        Field(
            name="language",
            help="Of documents for customers whose language is not said.",
            choices=Language,
            spoken=LANGUAGES,
        ),
    ),
    columns=("legal_name", "city", "vat_number", "iban"),
    sort="id",
    is_single=True,
    guard=check_letterhead,
    words={"letterhead_one": Words("A company has one letterhead. Change that one.", field="legal_name")},
)

TABLES = (LETTERHEAD,)
