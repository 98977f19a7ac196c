"""What customers and accounts are checked for before they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from subledger.documents.einvoices.addresses import trouble_with
from subledger.kernel.countries import is_country
from subledger.kernel.email_addresses import trouble_with as trouble_with_email
from subledger.kernel.errors import TextInvalid
from subledger.kernel.languages import LANGUAGES, language_named
from subledger.kernel.money import check_minor

from .errors import AccountInvalid, CustomerInvalid, NotInUse


def checked_customer(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in fields.items() if key != "code"}
    if not str(values.get("name") or "").strip():
        raise CustomerInvalid("A customer needs a name. Give one.", param="/name")
    country = str(values.get("country") or "").upper()
    if country and not is_country(country):
        raise CustomerInvalid(
            f"{country!r} is not the code of a country. Use its two letters of ISO 3166, such as 'IT'.",
            param="/country",
        )
    if "country" in values:
        values["country"] = country
    language = language_named(str(values.get("language") or ""))
    if language is None:
        spoken = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise CustomerInvalid(
            f"{values['language']!r} is no language that customers are spoken to in. Use one of {spoken}, or leave it "
            "empty.",
            param="/language",
        )
    if "language" in values:
        values["language"] = language
    email = str(values.get("email") or "")
    if email:
        trouble = trouble_with_email(email)
        if trouble:
            raise CustomerInvalid(
                f"{email!r} is not an e-mail address: {trouble}. Correct it, such as name@example.com.", param="/email"
            )
    return values


def check_electronic_address(text: str | None) -> None:
    trouble = trouble_with(text or "")
    if trouble:
        raise AccountInvalid(trouble, param="/electronic_address")


def check_credit_limit(minor: int | None, currency: str) -> None:
    if minor is not None:
        check_minor(minor, currency, least=0, param="/credit_limit")


def check_lengths(model: type[Model], fields: Mapping[str, Any]) -> None:
    """TextInvalid for a text that is longer than its column."""
    longest = {f.name: f.max_length for f in model._meta.fields if f.max_length}
    for name, text in fields.items():
        most = longest.get(name)
        if most and isinstance(text, str) and len(text) > most:
            raise TextInvalid(
                f"The {name.replace('_', ' ')} is too long: at most {most} characters. Shorten it.", param=f"/{name}"
            )


def texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What people write among fields: rows, amounts and periods hold no text."""
    return {name: value for name, value in fields.items() if isinstance(value, str | Mapping)}


def check_labels(fields: Mapping[str, Any]) -> None:
    """What an account is newly given of the configuration is in use."""
    for name in ("classification", "credit_rating", "presentment_preference"):
        check_in_use(name.replace("_", " "), fields.get(name), param=f"/{name}")


def check_in_use(thing: str, row: Any, *, param: str) -> None:
    if row is not None and not row.is_active:
        raise NotInUse(thing, row.name, param=param)
