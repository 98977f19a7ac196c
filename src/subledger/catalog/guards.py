"""What guards tax rates when they are configured."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.documents.values import UNTAXED, TaxCategory, category_of
from subledger.kernel.sentences import say
from subledger.kernel.text import plain
from subledger.platform.configuration import Change


def check_tax_rate(change: Change) -> None:
    """The category fits the percentage; a rate of nothing that is said to be standard is zero-rated."""
    row = change.row
    row.exemption = plain(row.exemption)
    if row.percent and row.category != TaxCategory.STANDARD:
        raise ConfigurationInvalid(
            say(
                "A tax rate of {percent:f} % is of the standard category: the others charge no tax. "
                "Choose that, or 0 %.",
                percent=row.percent.normalize(),
            ),
            param="/category",
        )
    row.category = category_of(row.percent, row.category)
    if row.exemption and row.category not in UNTAXED:
        raise ConfigurationInvalid(
            say(
                "A tax rate that is standard or zero-rated has no reason why no tax is charged. Leave "
                "the reason out, or choose another category."
            ),
            param="/exemption",
        )
