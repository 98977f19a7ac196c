"""What a company begins with of retries: a plan that names no provider, so nothing is tried again until it does."""

from __future__ import annotations

from subledger.kernel.sentences import said, say
from subledger.platform.scope import current_company_id

from .models import RetryPlan


def _plan(actor: str) -> None:
    RetryPlan.objects.get_or_create(
        company_id=current_company_id(), code="standard", defaults={"name": said(say("Standard"))}
    )


DEFAULTS = {"retry plan": _plan}
