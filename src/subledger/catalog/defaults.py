"""What every company's catalogue begins with: a tax rate of nothing. No country's rates are assumed."""

from __future__ import annotations

from decimal import Decimal

from subledger.kernel.sentences import said, say

from .services import create_tax_rate


def _no_tax(actor: str) -> None:
    create_tax_rate(code="zero", name=said(say("No tax")), percent=Decimal(0), actor=actor)


DEFAULTS = {"tax rate of nothing": _no_tax}
