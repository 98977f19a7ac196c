"""Who collects invoices by themselves, so that no customer is asked to send what will be charged anyway; and who knows
what holds them, so that nobody is asked to pay now what is disputed or promised for a day.

A room above that collects, or holds, puts itself in at start (`collect_with`, `hold_with`); without one every invoice
asks for a transfer by its due date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from subledger.documents.values import Charge, Hold

__all__ = ["collect_with", "expected_charges", "hold_with", "payment_holds"]

Collector = Callable[[Sequence[int]], Mapping[int, Charge]]

Holder = Callable[[Sequence[int]], Mapping[int, Hold]]

_collectors: list[Collector] = []
_holders: list[Holder] = []


def collect_with(collector: Collector) -> None:
    """Ask it, too, which of some posted invoices will be charged whole, and how, by the id of the invoice."""
    if collector not in _collectors:
        _collectors.append(collector)


def expected_charges(invoice_ids: Sequence[int]) -> dict[int, Charge]:
    """Those of these invoices that are charged without anybody asking, and how; the others are to be paid."""
    found: dict[int, Charge] = {}
    for collector in _collectors if invoice_ids else ():
        left = [ident for ident in invoice_ids if ident not in found]
        found.update(collector(left) if left else {})
    return found


def hold_with(holder: Holder) -> None:
    """Ask it, too, which of some posted invoices are held, and by what, by the id of the invoice."""
    if holder not in _holders:
        _holders.append(holder)


def payment_holds(invoice_ids: Sequence[int]) -> dict[int, Hold]:
    """What holds those of these invoices that are not simply to be paid by their due date."""
    found: dict[int, Hold] = {}
    for holder in _holders if invoice_ids else ():
        found = {**holder(invoice_ids), **found}
    return found
