"""What every company begins with of promises; it can be changed."""

from __future__ import annotations

from subledger.platform.scope import current_company_id

from .models import PromiseDefinition


def _definition(actor: str) -> None:
    if not PromiseDefinition.objects.exists():
        PromiseDefinition.objects.create(company_id=current_company_id())


DEFAULTS = {"promise definition": _definition}
