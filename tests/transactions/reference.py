"""An allocator to hold ours against: written from the specification's words alone (4.1 to 4.5), obvious and slow.

It knows nothing of our code: it keeps documents and links, asks every time what is open by adding the links up, and
sorts every time. Amounts are whole units; days are any ordered values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INVOICE, OTHER_DEBIT, CREDIT = "invoice", "other debit", "credit"


@dataclass
class Document:
    id: int
    kind: str
    amount: int
    posted: int
    due: int


@dataclass
class Reference:
    """One account. ``links`` are the live ones: [credit, debit, amount, "fifo" or "against_item"]."""

    against_item: bool
    documents: dict[int, Document] = field(default_factory=dict)
    links: list[list] = field(default_factory=list)

    def open(self, ident: int) -> int:
        return self.documents[ident].amount - sum(x[2] for x in self.links if ident in x[:2])

    def post(self, document: Document, intended: list[int] = ()) -> None:
        self.documents[document.id] = document
        if document.kind == CREDIT and self.against_item:
            for ident in sorted(intended, key=lambda i: (self.documents[i].due, i)):  # 4.2, step 1
                held = sum(x[2] for x in self.links if x[1] == ident and x[3] == "against_item")
                want = min(self.open(document.id), self.documents[ident].amount - held)
                if want > self.open(ident):  # step 2a: every allocation of type FIFO on it is removed
                    self.links = [x for x in self.links if not (x[1] == ident and x[3] == "fifo")]
                self.link(document.id, ident, "against_item")  # step 2b
        if document.kind == CREDIT:
            self.fifo([document.id])  # step 3: what remains of this credit
        self.fifo(self.documents)  # step 4: all other unallocated credits

    def fifo(self, idents) -> None:
        """AL-4: the credit with the earliest posting date against the debit with the earliest due date."""
        credits = [self.documents[i] for i in idents if self.documents[i].kind == CREDIT]
        debits = [d for d in self.documents.values() if d.kind != CREDIT]
        for credit in sorted(credits, key=lambda c: (c.posted, c.id)):
            for debit in sorted(debits, key=lambda d: (d.due if d.kind == INVOICE else d.posted, d.id)):
                self.link(credit.id, debit.id, "fifo")

    def link(self, credit: int, debit: int, principle: str) -> None:
        amount = min(self.open(credit), self.open(debit))
        if amount > 0:
            self.links.append([credit, debit, amount, principle])

    def cancel_invoice(self, ident: int, cancellation: Document) -> None:
        """4.3: every credit on it is freed, the cancellation closes it, the freed go to others by FIFO."""
        self.links = [x for x in self.links if x[1] != ident]
        self.documents[cancellation.id] = cancellation
        self.link(cancellation.id, ident, "against_item")
        self.fifo(self.documents)

    def cancel_payment(self, ident: int, cancellation: Document) -> None:
        """4.3: its links are removed, the cancellation closes it, other free credits re-cover the invoices."""
        self.links = [x for x in self.links if x[0] != ident]
        self.documents[cancellation.id] = cancellation
        self.link(ident, cancellation.id, "against_item")
        self.fifo(self.documents)

    def write_off(self, ident: int, write_off: Document) -> None:
        """3.6: no de-allocation; a credit of what is open, tied to the invoice."""
        self.documents[write_off.id] = write_off
        self.link(write_off.id, ident, "against_item")

    def merged(self) -> dict[tuple[int, int, str], int]:
        """Amount per (credit, debit, principle): two links of one pair say the same as one of their sum."""
        amounts: dict[tuple[int, int, str], int] = {}
        for credit, debit, amount, principle in self.links:
            amounts[credit, debit, principle] = amounts.get((credit, debit, principle), 0) + amount
        return amounts
