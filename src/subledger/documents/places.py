"""Addresses in lines, as envelopes bear them."""

from __future__ import annotations

from babel import Locale

from subledger.kernel.languages import ENGLISH, LANGUAGES

from .values import Party

_BEFORE_CITY = frozenset(["US", "GB", "CA", "AU", "IE", "NZ", "IN"])  # the code stands behind the city there


def address_lines(party: Party, *, language: str = ENGLISH, abroad: bool = True) -> list[str]:
    """Street, then place; then, ``abroad``, the country as the language of the document calls it."""
    if party.country in _BEFORE_CITY:
        region = f"{party.city}, {party.region}" if party.city and party.region else party.city or party.region
        place = f"{region} {party.postal_code}".strip()
    else:
        place = " ".join(part for part in (party.postal_code, party.city) if part)
        place = f"{place} ({party.region})" if party.country == "IT" and party.region else place
    names = Locale(language if language in LANGUAGES else ENGLISH).territories
    country = str(names.get(party.country, party.country)) if party.country and abroad else ""
    return [line for line in (*party.address, place, country) if line]
