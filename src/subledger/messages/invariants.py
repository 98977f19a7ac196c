"""What must never be false of messages, for `subledger check`."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list

from .states import UNDER_WAY

COUNTED = "SELECT count(*) FROM messages_message WHERE company_id = %(company)s"

MESSAGES = (
    Invariant(
        "messages-opened-once",
        say("What a message opens for whoever holds it is kept only until the message is over."),
        COUNTED,
        f"""
        SELECT 'message ' || id, 'it is ' || state || ', and what it opens is kept still'
          FROM messages_message
         WHERE company_id = %(company)s AND state NOT IN {sql_list(UNDER_WAY)} AND sealed <> ''
        """,
    ),
    Invariant(
        "messages-not-left-waiting",
        say("A message that is under way has its hour, and one that is over has none."),
        COUNTED,
        f"""
        SELECT 'message ' || id, 'it is ' || state || CASE WHEN send_at IS NULL
               THEN ', and nobody will look at it' ELSE ', and it would be sent at ' || send_at END
          FROM messages_message
         WHERE company_id = %(company)s AND (state IN {sql_list(UNDER_WAY)}) <> (send_at IS NOT NULL)
        """,
    ),
)
