"""How a company, and each of its people, writes numbers and days, and the language of their pages."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.kernel.days import DayFormat
from subledger.kernel.languages import PAGE_LANGUAGES
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version, version_of

from .errors import CompanyInvalid
from .models import Company, Membership


@atomic
def set_company_formats(
    *, number_format: str, date_format: str, language: str = "", version: str = "", actor: str
) -> None:
    """Say how the company writes numbers and days, each by its example, and in which language; "" says nothing.

    Raises:
        CompanyInvalid. ChangedMeanwhile: it says something else than the ``version`` of it that was shown.
    """
    demand("configuration.edit")
    company = Company.objects.select_for_update().get(pk=current_company_id())
    check_version(version, version_of_formats(company), thing="company")
    _set(company, number_format, date_format, language, actor)


def version_of_formats(row: Company | Membership) -> str:
    return version_of(row, "number_format", "date_format", "language")


def number_format_named(text: str) -> NumberFormat:
    """The format of an example. CompanyInvalid lists what there is."""
    found = NumberFormat.of(text)
    if found is None:
        raise CompanyInvalid(
            say("{text!r} is no number format. Choose one of: {formats}.", text=text, formats="   ".join(NumberFormat)),
            param="/number_format",
        )
    return found


@atomic
def set_own_formats(
    *, membership: Membership, number_format: str, date_format: str, language: str = "", actor: str
) -> None:
    """Say how one person reads and writes them, and in which language; "" goes by the company.

    Everybody says it of themselves.
    """
    _set(Membership.objects.get(pk=membership.pk), number_format, date_format, language, actor)


def check_page_language(language: str) -> None:
    """CompanyInvalid: pages are not in it. "" says none."""
    if language and language not in PAGE_LANGUAGES:
        raise CompanyInvalid(
            say(
                "Pages are not in {language!r}. Choose one of: {languages}.",
                language=language,
                languages=", ".join(f"{code} ({name})" for code, name in PAGE_LANGUAGES.items()),
            ),
            param="/language",
        )


def _set(row: Company | Membership, number_format: str, date_format: str, language: str, actor: str) -> None:
    if number_format:
        number_format_named(number_format)
    if date_format and DayFormat.of(date_format) is None:
        raise CompanyInvalid(
            say(
                "{date_format!r} is no date format. Choose one of: {formats}.",
                date_format=date_format,
                formats="   ".join(DayFormat),
            ),
            param="/date_format",
        )
    check_page_language(language)
    before = {"number_format": row.number_format, "date_format": row.date_format, "language": row.language}
    row.number_format = str(NumberFormat.of(number_format) or "")
    row.date_format = str(DayFormat.of(date_format) or "")
    row.language = language
    row.save(update_fields=["number_format", "date_format", "language"])
    changed = {name: [old, getattr(row, name)] for name, old in before.items() if old != getattr(row, name)}
    thing = "company" if isinstance(row, Company) else "membership"
    if changed:
        record_events([NewEvent(f"{thing}.formats_changed", thing, row.pk, changed)], actor=actor)
