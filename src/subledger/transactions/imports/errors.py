"""Why a row of documents or payments is not imported."""

from __future__ import annotations

from subledger.import_kit.errors import RowInvalid
from subledger.kernel.errors import Door
from subledger.kernel.money import Money
from subledger.kernel.sentences import say


class InvoiceUnknown(RowInvalid):
    code = "invoice_unknown"

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "There is no invoice {number!r} to allocate to, by its own number or ours. Import "
                "invoices first, or leave it empty.",
                number=number,
            ),
            "allocate_to",
        )


class InvoiceOfTwo(RowInvalid):
    """``number`` is that of the invoice whose back office code is the name; "" while it is a draft."""

    code = "invoice_ambiguous"

    def __init__(self, name: str, number: str, code: str, field: str) -> None:
        super().__init__(
            say(
                "{name!r} is two invoices: the external reference of {number}, and the number of {other}. Write "
                "another name of the one that is meant.",
                name=name,
                number=number or say("a draft"),
                other=say("the one with the external reference {code}", code=code)
                if code
                else say("another, which has no external reference"),
            ),
            field,
        )


class CreditedItemUnknown(RowInvalid):
    code = "credited_item_unknown"

    def __init__(self, said: str) -> None:
        super().__init__(
            say(
                "{said!r} names no item of an invoice in the books. Give the number of the invoice, a "
                "colon and the place of the item in it, as R-1:2, or leave it empty.",
                said=said,
            ),
            "credits_item",
        )


class DocumentInconsistent(RowInvalid):
    code = "document_inconsistent"

    def __init__(self, number: str, field: str, line: int) -> None:
        super().__init__(
            say(
                "This row gives document {number!r} another {field} than line {line}. Rows of one number "
                "are one document: make them agree, or give it a number of its own.",
                number=number,
                field=field,
                line=line,
            ),
            field,
        )


class PaymentLooksImported(RowInvalid):
    """Not a fault: the row is left out, and counted apart."""

    code = "payment_looks_imported"

    def __init__(self, payment: Money, brought: str) -> None:
        super().__init__(
            say(
                "This looks like the payment {payment} that was {brought}: account, amount, day, method "
                "and reference are the same, and neither has a reference of its own. It is left out.",
                payment=payment,
                brought=brought,
            ),
            remedies={
                Door.COMMAND: say("If it is another payment, import the file with --keep-duplicates."),
                Door.PAGE: say("If it is another payment, tick “Keep payments that look like earlier ones”."),
            },
        )
