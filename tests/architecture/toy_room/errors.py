from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid


class ToyInvalid(Invalid):
    code = "toy_invalid"


class ToysClosed(DomainError):
    code = "toys_closed"
