"""Telling what happened to somebody's login: on the trail of every company they work for.

Whoever works for none yet, or is nobody at all, stands in the program's log alone.
"""

from __future__ import annotations

import logging
from typing import Any

from subledger.companies.queries import memberships_of_anybody
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import company_scope

logger = logging.getLogger("subledger.people")


def tell(user: Any, what: str, *, actor: str, **data: Any) -> None:
    """``tell(ana, "login_failed", actor="anonymous", address="…")`` is the event ``person.login_failed``."""
    logger.info("person.%s user=%s by=%s %s", what, user.pk, actor, data)
    for membership in memberships_of_anybody(user):
        with company_scope(membership.company_id):
            facts = {"user": user.get_username(), **data}
            record_events([Fact(f"person.{what}", "membership", membership.pk, facts)], actor=actor)
