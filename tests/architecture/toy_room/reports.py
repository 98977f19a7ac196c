from __future__ import annotations

from datetime import date

from subledger.report_kit.tables import AS_OF, Column, Kind, Report, Table

from .models import Toy

COLUMNS = (Column("number", "Number"), Column("name", "Toy"), Column("came_on", "Came on", Kind.DATE))


def _toys(*, as_of: date) -> Table:
    rows = Toy.objects.filter(came_on__lte=as_of).values_list("number", "name", "came_on")
    return Table(COLUMNS, list(rows))


REPORTS = (Report("toys", "Toys", "Every toy there was at the end of a day.", (AS_OF,), COLUMNS, _toys),)
