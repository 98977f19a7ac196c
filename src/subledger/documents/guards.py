"""What guards a letterhead when it is changed."""

from __future__ import annotations

import re

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from subledger.companies.entries import ConfigurationInvalid
from subledger.kernel.bank_numbers import why_no_bank_number
from subledger.kernel.countries import is_country
from subledger.kernel.email_addresses import trouble_with as trouble_with_email
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import say
from subledger.kernel.vat_numbers import is_malformed, vat_number
from subledger.kernel.web_addresses import trouble_with_site
from subledger.platform.configuration import Change

from .einvoices.addresses import trouble_with


def check_letterhead(change: Change) -> None:
    """Brings codes into the form in which they are kept, and refuses those that are none."""
    row = change.row
    row.country, row.language = row.country.strip().upper(), row.language.strip().lower()
    row.accent = row.accent.strip().lower()
    if row.country and not is_country(row.country):
        raise _invalid(
            say("{country!r} is not the code of a country. Use its two letters, such as 'IT'.", country=row.country),
            "country",
        )
    row.vat_number = row.vat_number.strip()
    if row.vat_number and not vat_number(row.vat_number):
        raise _invalid(
            say(
                "{number!r} is not a VAT number: it does not begin with the two letters of its country. Write them "
                "before it, such as DE129273398; another number goes to the tax number or the registration.",
                number=row.vat_number,
            ),
            "vat_number",
        )
    if is_malformed(row.vat_number):
        raise _invalid(
            say(
                "{number!r} is not a VAT number of {country}: it has too few or too many characters, or letters where "
                "digits stand. Copy it once more.",
                number=row.vat_number,
                country=vat_number(row.vat_number)[:2],
            ),
            "vat_number",
        )
    if row.language not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise _invalid(
            say(
                "Documents are not written in {language!r}. Choose one of: {known}.", language=row.language, known=known
            ),
            "language",
        )
    if not re.fullmatch("#[0-9a-f]{6}", row.accent):
        raise _invalid(
            say("{accent!r} is not a colour. Write six digits from 0 to f, such as #1f4e79.", accent=row.accent),
            "accent",
        )
    trouble = trouble_with_email(row.email) if row.email else ""
    if trouble:
        raise _invalid(
            say("{email!r} is not an e-mail address: {trouble}. Correct it.", email=row.email, trouble=trouble), "email"
        )
    row.website = row.website.strip()
    trouble = trouble_with_site(row.website) if row.website else ""
    if trouble:
        raise _invalid(
            say(
                "{website!r} is not the address of a website: {trouble}. Correct it.",
                website=row.website,
                trouble=trouble,
            ),
            "website",
        )
    row.electronic_address = row.electronic_address.strip()
    trouble = trouble_with(row.electronic_address)
    if trouble:
        raise _invalid(trouble, "electronic_address")
    try:
        row.iban = str(IBAN(row.iban)) if row.iban.strip() else ""
    except SchwiftyException as error:
        raise _invalid(
            say("{iban!r} is not an IBAN: {why}. Copy it once more.", iban=row.iban, why=why_no_bank_number(error)),
            "iban",
        ) from None
    try:
        row.bic = str(BIC(row.bic)) if row.bic.strip() else ""
    except SchwiftyException as error:
        raise _invalid(
            say("{bic!r} is not a BIC: {why}. Copy it once more.", bic=row.bic, why=why_no_bank_number(error)), "bic"
        ) from None


def _invalid(message: str, field: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(message, param=f"/{field}")
