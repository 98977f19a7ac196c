"""What customers and accounts are checked for before they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Model

from subledger.documents.einvoices.addresses import trouble_with
from subledger.kernel.countries import is_country
from subledger.kernel.email_addresses import trouble_with as trouble_with_email
from subledger.kernel.errors import Invalid, TextInvalid
from subledger.kernel.languages import LANGUAGES, language_named
from subledger.kernel.money import check_minor
from subledger.kernel.sentences import say
from subledger.kernel.words import plain

from .errors import AccountInvalid, ContactInvalid, CustomerInvalid, NotInUse
from .states import ContactRole, Topic


def checked_customer(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in fields.items() if key != "code"}
    if not str(values.get("name") or "").strip():
        raise CustomerInvalid(say("A customer needs a name. Give one."), param="/name")
    country = str(values.get("country") or "").upper()
    if country and not is_country(country):
        raise CustomerInvalid(
            say(
                "{country!r} is not the code of a country. Use its two letters of ISO 3166, such as 'IT'.",
                country=country,
            ),
            param="/country",
        )
    if "country" in values:
        values["country"] = country
    if "language" in values:
        values["language"] = checked_language(values["language"], refusal=CustomerInvalid)
    check_email(values.get("email"), refusal=CustomerInvalid)
    return values


def checked_contact(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What was given of a contact person, as it is kept."""
    values = dict(fields)
    if not str(values.get("name") or "").strip():
        raise ContactInvalid(say("A contact person needs a name. Give one."), param="/name")
    if "role" in values:
        values["role"] = _one_of(ContactRole, values["role"] or ContactRole.GENERAL, param="/role")
    if "receives" in values:
        wanted = [_one_of(Topic, topic, param="/receives") for topic in values["receives"]]
        values["receives"] = [topic for topic in Topic if topic in wanted]
    if "language" in values:
        values["language"] = checked_language(values["language"], refusal=ContactInvalid)
    check_email(values.get("email"), refusal=ContactInvalid)
    if values.get("receives") and not values.get("email"):
        raise ContactInvalid(
            say(
                "{values} cannot receive anything without an e-mail address. Give one, or let them receive nothing.",
                values=values["name"],
            ),
            param="/email",
        )
    return values


def _one_of(values: type[StrEnum], given: Any, *, param: str) -> str:
    try:
        return values(str(given).strip().lower()).value
    except ValueError:
        raise ContactInvalid(
            say("{given!r} is none of {allowed}. Use one of them.", given=str(given)[:60], allowed=", ".join(values)),
            param=param,
        ) from None


def checked_language(given: Any, *, refusal: type[Invalid]) -> str:
    """The language of a customer as BCP 47 writes it, or ""."""
    language = language_named(str(given or ""))
    if language is None:
        ours = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise refusal(
            say(
                "{language!r} is no language. Use a code such as de-AT, or leave it empty. What is sent is in "
                "the nearest of {ours}.",
                language=str(given)[:60],
                ours=ours,
            ),
            param="/language",
        )
    return language


def check_email(given: Any, *, refusal: type[Invalid]) -> None:
    email = str(given or "")
    trouble = trouble_with_email(email) if email else ""
    if trouble:
        raise refusal(
            say(
                "{email!r} is not an e-mail address: {trouble}. Correct it, such as name@example.com.",
                email=email,
                trouble=trouble,
            ),
            param="/email",
        )


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
                say(
                    "The {name} is too long: at most {most} characters. Shorten it.",
                    name=plain(name),
                    most=most,
                ),
                param=f"/{name}",
            )


def texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What people write among fields: rows, amounts and periods hold no text."""
    return {name: value for name, value in fields.items() if isinstance(value, str | Mapping)}


def check_labels(fields: Mapping[str, Any]) -> None:
    """What an account is newly given of the configuration is in use."""
    for name in ("classification", "credit_rating", "presentment_preference"):
        check_in_use(plain(name), fields.get(name), param=f"/{name}")


def check_in_use(thing: str, row: Any, *, param: str) -> None:
    if row is not None and not row.is_active:
        raise NotInUse(thing, row.name, param=param)
