"""What documents and accounts come to: ageing, open items, statements, receipts, revenue."""

from __future__ import annotations

from . import activity, groups, receivables, trends

REPORTS = (*receivables.REPORTS, *groups.REPORTS, *activity.REPORTS, *trends.REPORTS)
