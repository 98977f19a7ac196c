"""Accounts opened by an import, with the customers that they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.accounts.models import Account, Customer
from subledger.accounts.services import NewAccount, create_customers, open_accounts
from subledger.import_kit.lookups import only
from subledger.import_kit.rules.cells import CODE

from .errors import ParentUnknown
from .names import accounts_named, customers_named


def open_in_line(new: Sequence[dict[str, Any]], *, actor: str) -> list[Any]:
    """Open accounts whose ``parent`` is a code or a number, of the books or among them; parents first.

    Raises:
        ParentUnknown: neither has it.
    """
    opened: dict[int, Any] = {}
    waiting = dict(enumerate(new))
    while waiting:
        named = accounts_named(list({one["parent"] for one in waiting.values() if one["parent"]}))
        ready = {at: one for at, one in waiting.items() if not one["parent"] or one["parent"] in named}
        if not ready:
            raise ParentUnknown(next(iter(waiting.values()))["parent"])
        idents = {name: found.id for name in named if (found := only(named[name], "parent")) is not None}
        parents = Account.objects.in_bulk(list(idents.values()))
        rows = [{**one, "parent": parents[idents[one["parent"]]] if one["parent"] else None} for one in ready.values()]
        opened |= zip(ready, open_named_accounts(rows, actor=actor), strict=True)
        waiting = {at: one for at, one in waiting.items() if at not in ready}
    return [opened[at] for at in range(len(new))]


def open_named_accounts(new: Sequence[dict[str, Any]], *, actor: str) -> list[Any]:
    """Open accounts whose ``customer`` is a code or a name; customers that are missing are created on the way."""
    names = list(dict.fromkeys(one["customer"] for one in new))
    known = customers_named(names)
    missing = [name for name in names if name not in known]
    # A name too long for a code gets one of our own.
    if missing:
        create_customers(
            new=[{"code": name, "name": name} if len(name) <= CODE else {"name": name} for name in missing],
            actor=actor,
        )
        known = customers_named(names)
    idents = {name: customer.id for name in names if (customer := only(known.get(name), "customer")) is not None}
    customers = Customer.objects.in_bulk(list(idents.values()))
    rows: list[NewAccount] = []
    for one in new:
        fields = {key: value for key, value in one.items() if key not in ("opening", "opening_on", "customer")}
        rows.append({**fields, "customer": customers[idents[one["customer"]]]})  # type: ignore[typeddict-item]
    return open_accounts(new=rows, actor=actor)
