"""What every company begins with of toys."""

from __future__ import annotations

from decimal import Decimal

from subledger.platform.scope import current_company_id

from .models import Box


def _crate(actor: str) -> None:
    Box.objects.create(company_id=current_company_id(), code="crate", name="Crate", weight=Decimal(9))


DEFAULTS = {"crate for toys": _crate}
