"""Which account stands above which: one parent each, no circles, lines of bounded length.

A parent shows a balance over the accounts below it (`transactions.group_balances`). It does not pay for them.
"""

from __future__ import annotations

from django.db import connection

from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id

from .errors import ParentInvalid
from .models import Account
from .states import AccountState, AccountType

LONGEST = 5  # accounts in a line of parents, as the guard of the table has it
# Two who set parents at once: each alone might be right, and both together a circle. The table's guard takes it, too.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('account parents', %s))"
LINE = """
    WITH RECURSIVE up(id, parent_id, steps) AS (
        SELECT id, parent_id, 1 FROM accounts_account WHERE id = %(parent)s AND company_id = %(company)s
        UNION ALL
        SELECT a.id, a.parent_id, up.steps + 1 FROM up JOIN accounts_account a ON a.id = up.parent_id
    ), down(id, steps) AS (
        SELECT %(account)s::bigint, 1
        UNION ALL
        SELECT a.id, down.steps + 1 FROM down JOIN accounts_account a ON a.parent_id = down.id
    )
    SELECT (SELECT bool_or(id = %(account)s) FROM up), (SELECT max(steps) FROM up), (SELECT max(steps) FROM down)
"""


def check_parent(parent: Account | None, *, of: Account | None = None) -> None:
    """What an account is newly put under; ``of`` is None for one that is being opened.

    Raises:
        ParentInvalid: it is of another company, a system account, terminated, the account itself or below it, or the
            line would be too long.
    """
    if parent is None:
        return
    held = Account.objects.filter(pk=parent.pk, type=AccountType.CUSTOMER).first()
    if held is None:
        raise ParentInvalid(
            say("Account {number} is not a customer's account. Choose one that is.", number=parent.number)
        )
    if held.state == AccountState.TERMINATED:
        raise ParentInvalid(say("Account {number} is terminated. Choose another.", number=parent.number))
    if of is not None and of.type != AccountType.CUSTOMER:
        raise ParentInvalid(
            say(
                "Account {number} is the company's own, and stands under none. Leave the parent empty.",
                number=of.number,
            )
        )
    facts = {"parent": parent.pk, "account": of.pk if of else None, "company": current_company_id()}
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [current_company_id()])
        cursor.execute(LINE, facts)
        is_below, above, below = cursor.fetchone()
    if of is not None and is_below:
        where = say("itself") if parent.pk == of.pk else say("{number}, which stands below it", number=parent.number)
        raise ParentInvalid(
            say("Account {number} cannot be put under {where}. Choose another parent.", number=of.number, where=where)
        )
    if above + below > LONGEST:
        raise ParentInvalid(
            say(
                "Under {number} there would be {above} accounts in one line, and {longest} are the most. "
                "Choose a parent further up.",
                number=parent.number,
                above=above + below,
                longest=LONGEST,
            )
        )
