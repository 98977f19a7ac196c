"""What a month's end asks of imports: files of which rows were rejected."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from subledger.companies.models import Company
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.kernel.sentences import say
from subledger.kernel.words import counted
from subledger.platform.scope import current_company_id

from .models import ImportRun


def _rejected(month: Month) -> Looked:
    zone = ZoneInfo(Company.objects.get(pk=current_company_id()).time_zone)
    first, after = (datetime.combine(day, time.min, zone) for day in (month.first, month.last + timedelta(days=1)))
    of_month = ImportRun.objects.filter(at__gte=first, at__lt=after)
    found = of_month.filter(Q(rejected__gt=0) | Q(is_kept=False)).order_by().aggregate(
        files=Count("pk"), rows=Sum("rejected"), refused=Count("pk", filter=Q(is_kept=False))
    )  # fmt: skip
    if not found["files"]:
        return Looked(say("None."), True)
    files, rows = counted(found["files"], "file"), counted(found["rows"] or 0, "rejected row")
    refused = say(", {found} not imported at all", found=found["refused"]) if found["refused"] else ""
    return Looked(say("{files} with {rows}{refused}.", files=files, rows=rows, refused=refused), False)


ITEMS = (
    MonthEndItem(
        name="imports",
        title=say("Imports with rejected rows"),
        about=say("Files of the month whose rows were refused. Correct the rows and import them."),
        position=60,
        look=_rejected,
    ),
)
