"""Rows under their lock, for whoever changes them; customer accounts under theirs, for whoever moves money."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from subledger.kernel.errors import NotFound
from subledger.platform.scope import current_company_id

# The condition on the books stands alone, so it is asked before the first account is locked.
LOCK_ACCOUNTS = """
    SELECT count(*) FROM (
        SELECT id FROM accounts_account
         WHERE (SELECT pg_advisory_xact_lock_shared(%(company)s)) IS NOT NULL
           AND company_id = %(company)s AND type = 'customer' AND id IN ({accounts})
         ORDER BY id FOR NO KEY UPDATE) AS locked
"""
NAMED = "SELECT unnest(%(account_ids)s::bigint[])"


def locked(model: Any, ident: int) -> Any:
    """A row of the company in scope under its lock; NotFound where there is none.

    The lock is the one that posting takes, too: it lets others refer to the row meanwhile. Two who put each account
    under the other would wait in a circle if either kept the other's parent from being referred to. Who posts in the
    same transaction holds the account by `lock_accounts`.
    """
    row = model.objects.select_for_update(of=("self",), no_key=True).filter(pk=ident).first()
    if row is None:
        raise NotFound(model, ident)
    return row


def lock_accounts(account_ids: Collection[int]) -> None:
    """Whatever moves money takes these locks first, in id order; before them, as posting does, that of the books.

    Closing the books takes that one alone. Taken after the accounts', a closing, a posting and this could wait for each
    other in a circle.
    """
    lock_accounts_of(NAMED, {"account_ids": sorted(set(account_ids))})


def lock_accounts_of(accounts: str, params: Mapping[str, Any]) -> None:
    """The same of the accounts that a query names, however many: none of them comes here."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ACCOUNTS.format(accounts=accounts), {**params, "company": current_company_id()})
