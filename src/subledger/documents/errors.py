"""What the room refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import joined, say

from .einvoices.gaps import Gap


class LogoInvalid(Invalid):
    code = "logo_invalid"


class CopyNotKept(Invalid):
    code = "copy_not_kept"


class EInvoiceIncomplete(DomainError):
    """A document that lacks something which EN 16931 asks of electronic invoices; ``gaps`` says all of it."""

    code = "electronic_invoice_incomplete"

    def __init__(self, name: str, gaps: Sequence[Gap]) -> None:
        words = joined((gap.words for gap in gaps), " ")
        super().__init__(say("{name} cannot be made as an electronic invoice. {words}", name=name, words=words))
        self.gaps = tuple(gaps)

    def problem_members(self) -> Mapping[str, object]:
        return {"errors": [{"param": f"/{gap.place}", "detail": gap.words} for gap in self.gaps]}
