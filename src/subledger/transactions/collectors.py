"""Who collects invoices by themselves, so that no customer is asked to send what will be charged anyway.

A room above that collects puts itself in at start (`collect_with`); without one every invoice asks for a transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from subledger.documents.values import Charge

__all__ = ["collect_with", "expected_charges"]

Collector = Callable[[Sequence[int]], Mapping[int, Charge]]

_collectors: list[Collector] = []


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
