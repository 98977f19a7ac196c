"""What somebody does before they are shown anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .queries import is_first_for

FIRST_COMPANY = "backoffice:first_company"


def first_step(user: Any, memberships: Sequence[Any]) -> str:
    """Whoever administers an installation without a company makes one."""
    return FIRST_COMPANY if not memberships and is_first_for(user) else ""
