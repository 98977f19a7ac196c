"""What a company begins with: a letterhead that says its name."""

from __future__ import annotations

from subledger.platform.scope import current_company_id

from .models import Letterhead


def make_letterhead(actor: str) -> None:
    Letterhead.objects.get_or_create(company_id=current_company_id())
