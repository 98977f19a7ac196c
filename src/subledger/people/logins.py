"""What a login has to do before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .queries import login_of


def first_step(user: Any, memberships: Sequence[Any]) -> str:
    """The page on which somebody has to do something before they are shown anything else; "" where there is none."""
    login = login_of(user)
    if login.must_change_password:
        return "backoffice:my_password"
    if not login.sealed_totp_key and any(m.company.requires_second_factor for m in memberships):
        return "backoffice:my_second_factor"
    return ""
