"""What an account and the accounts below it owe together."""

from __future__ import annotations

from datetime import date

from subledger.accounts.models import Account
from subledger.accounts.parameters import ONE_ACCOUNT
from subledger.kernel.sentences import say, say_of
from subledger.report_kit.tables import AS_OF, Column, Kind, Report, Table, totals_by_currency
from subledger.transactions import labels
from subledger.transactions.group_balances import members_of
from subledger.transactions.rules.ageing import BUCKETS

COLUMNS = (
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("level", say_of("group of accounts", "Level"), Kind.INT),
    Column("currency", say("Currency"), Kind.CURRENCY),
    *(Column(bucket.name, bucket.label, Kind.MONEY) for bucket in BUCKETS),
    Column("unallocated", labels.UNAPPLIED, Kind.MONEY),
    Column("total", say("Total"), Kind.MONEY),
)


def group_balances(*, as_of: date, account: Account) -> Table:
    """An account, level 0, and every account below it, by days past due at the end of ``as_of``."""
    members = members_of(account_id=account.pk, as_of=as_of)
    rows = [
        (one.account, one.name, one.level, one.currency, *one.buckets, one.unallocated, one.balance) for one in members
    ]
    return Table(COLUMNS, rows, totals_by_currency(COLUMNS, rows), keys=[one.account_id for one in members])


REPORTS = (
    Report(
        "group-balances",
        say("Balances of a group"),
        say("What an account and the accounts below it owe, by days past due, at the end of a day."),
        (ONE_ACCOUNT, AS_OF),
        COLUMNS,
        group_balances,
        "account",
    ),
)
