"""How a company, and each of its people, writes numbers and days."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.kernel.days import DayFormat
from subledger.kernel.numbers import NumberFormat
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version, version_of

from .errors import CompanyInvalid
from .models import Company, Membership


@atomic
def set_company_formats(*, number_format: str, date_format: str, version: str = "", actor: str) -> None:
    """Say how the company writes numbers and days, each by its example; "" says nothing.

    Raises:
        CompanyInvalid. ChangedMeanwhile: it says something else than the ``version`` of it that was shown.
    """
    demand("configuration.edit")
    company = Company.objects.select_for_update().get(pk=current_company_id())
    check_version(version, version_of_formats(company), thing="company")
    _set(company, number_format, date_format, actor)


def version_of_formats(row: Company | Membership) -> str:
    return version_of(row, "number_format", "date_format")


def number_format_named(text: str) -> NumberFormat:
    """The format of an example. CompanyInvalid lists what there is."""
    found = NumberFormat.of(text)
    if found is None:
        raise CompanyInvalid(
            f"{text!r} is no number format. Choose one of: {'   '.join(NumberFormat)}.", param="/number_format"
        )
    return found


@atomic
def set_own_formats(*, membership: Membership, number_format: str, date_format: str, actor: str) -> None:
    """Say how one person reads and writes them; "" goes by the company. Everybody says it of themselves."""
    _set(Membership.objects.get(pk=membership.pk), number_format, date_format, actor)


def _set(row: Company | Membership, number_format: str, date_format: str, actor: str) -> None:
    if number_format:
        number_format_named(number_format)
    if date_format and DayFormat.of(date_format) is None:
        raise CompanyInvalid(
            f"{date_format!r} is no date format. Choose one of: {'   '.join(DayFormat)}.", param="/date_format"
        )
    before = {"number_format": row.number_format, "date_format": row.date_format}
    row.number_format = str(NumberFormat.of(number_format) or "")
    row.date_format = str(DayFormat.of(date_format) or "")
    row.save(update_fields=["number_format", "date_format"])
    changed = {name: [old, getattr(row, name)] for name, old in before.items() if old != getattr(row, name)}
    thing = "company" if isinstance(row, Company) else "membership"
    if changed:
        record_events([NewEvent(f"{thing}.formats_changed", thing, row.pk, changed)], actor=actor)
