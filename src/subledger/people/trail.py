"""Telling what happened to somebody's login: on the trail of every company they work for.

Whoever works for none yet, or is nobody at all, stands in the program's log alone.
"""

from __future__ import annotations

import logging
from typing import Any

from subledger.companies.queries import memberships_of_anybody
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import company_scope
from subledger.platform.statements import Statement, execute_unhurried
from subledger.platform.tracing import current_request_id

logger = logging.getLogger("subledger.people")

# One statement, which writes through the same function, whether the name is anybody's or not, so that how long it takes
# says nothing of it.
BY_NAME = """
    SELECT events_write_v1(place.company_id, %s, 'anonymous', %s, 'membership',
               CASE WHEN place.id IS NULL THEN '[]'
                    ELSE json_build_array(json_build_object('type', %s, 'object_id', place.id,
                             'data', json_build_object('user', person.username, 'address', %s))) END)
      FROM (SELECT 1) asked
      LEFT JOIN (auth_user person JOIN companies_membership place ON place.user_id = person.id)
        ON person.username = %s
     ORDER BY place.company_id
"""


def record_user_event(user: Any, what: str, *, actor: str, **data: Any) -> None:
    """``tell(ana, "login_failed", actor="anonymous", address="…")`` is the event ``person.login_failed``."""
    logger.info("person.%s user=%s by=%s %s", what, user.pk, actor, data)
    for membership in memberships_of_anybody(user):
        with company_scope(membership.company_id):
            facts = {"user": user.get_username(), **data}
            record_events([NewEvent(f"person.{what}", "membership", membership.pk, facts)], actor=actor)


def record_name_event(name: str, what: str, *, address: str) -> None:
    """`tell` of a name that somebody typed who has not proved to be anybody; of a name of nobody's it tells no trail.

    Both cost the same: one statement, whose commit waits for no disk, and one line of the log.
    """
    execute_unhurried(
        Statement(BY_NAME, [clock.now(), current_request_id(), f"person.{what}", address, name.replace("\0", "")])
    )
    logger.info("person.%s from %s", what, address)
