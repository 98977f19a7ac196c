"""All that is wrong with a refused row: whoever mends it wants to mend it once."""

from __future__ import annotations

from collections.abc import Iterator

from subledger.kernel.errors import DomainError

from .rules.cells import Row
from .rules.fields import Fields

FINEST = 12


def faults_of(fields: Fields, row: Row) -> Iterator[DomainError]:
    """What of its cells cannot be read, whatever the books have. Rows that are refused alone pay for it."""
    for field in fields.needed:
        try:
            row.needed(field, longest=10_000)
        except DomainError as error:
            yield error
    for field in row.cells:
        try:
            if field == "amount":  # in whatever currency: of an unknown account it is unknown, too
                row.minor(field, row.currency_shown(field) or "kwd", credit_is_positive=True)
            elif field in fields.money:
                row.decimal(field, places=FINEST, currency=row.currency_shown(field))
            elif field in fields.percentages - fields.nameable:
                row.percent(field, places=FINEST)
            elif field in fields.numbers - fields.nameable:
                row.decimal(field, places=FINEST)
            elif field == "currency":
                row.currency()
            elif field == "on" or field.endswith("_on"):
                row.day(field)
        except DomainError as error:
            yield error
