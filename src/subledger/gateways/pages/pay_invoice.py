"""The page of a link to pay: what is open of an invoice, what was paid of it, and the way to pay the rest."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from subledger.documents.kinds import title_of
from subledger.documents.services import print_document
from subledger.gateways.customer_pages.frame import SORRY, THANKS, WAITING, CustomerPage
from subledger.gateways.customer_pages.transfers import transfer_of
from subledger.gateways.port import HostedPage
from subledger.gateways.queries import Settlement, settlements_of
from subledger.gateways.registry import kind_named
from subledger.gateways.services import links
from subledger.gateways.services.payables import payable
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.page_kit.access import today
from subledger.transactions.models import Allocation, Transaction, TransactionItem
from subledger.transactions.printables import kind_of
from subledger.transactions.printouts import printables_of
from subledger.transactions.states import Classification, TransactionState


class PayPage(CustomerPage):
    """What is open of one invoice, and the way to pay it; its receipt once it is paid."""

    def prepare(self) -> None:
        self.found = payable([self.link.object_ids[0]])
        [self.invoice] = self.found.documents
        self.number = self.invoice.number

    def account_id(self) -> int:
        return int(self.found.account.pk)

    def come_back(self) -> None:
        for held in self.found.under_way:
            if held.reference and kind_named(held.provider.kind).executes:
                links.came_back(provider=held.provider, reference=held.reference)
                self.prepare()

    def begin(self) -> HostedPage:
        return links.begin_payment(
            invoice_ids=[self.invoice.pk], success_url=self.absolute("pay_back"), cancel_url=self.absolute("pay")
        )

    def rendered(self, error: DomainError | None = None) -> Any:
        if error:
            self.prepare()  # it may be paid by now
        return super().rendered(error)

    def context(self) -> dict[str, Any]:
        found, words = self.found, self.words
        invoice, left = self.invoice, found.open_minor
        is_late = bool(left and invoice.due_on and invoice.due_on < today())
        due = words.was_due if is_late else words.due
        context: dict[str, Any] = {
            "title": self.say(words.invoice),
            "owner": links.owner_name(invoice.account_id),
            "issued": words.day(invoice.issued_on),
            "due": due.format(day=words.day(invoice.due_on)) if left and invoice.due_on else "",
            "is_late": is_late,
            "items": self._items(),
            "is_test": bool(found.provider and found.provider.mode == "test"),
        }
        if invoice.state != TransactionState.POSTED:
            sorry = {"standing": SORRY, "lead": words.withdrawn, "text": words.nothing_to_pay}
            if invoice.state == TransactionState.WRITTEN_OFF:  # it is owed still
                sorry |= {"lead": words.not_online, "text": self.say(words.not_online_how)}
            return context | sorry | {"amount": self._shown(invoice.amount_minor)}
        settled = settlements_of(invoice.pk, language=words.language)
        context["files"] = [self._file(one) for one in (invoice, *self._receipts(settled))]
        context |= {"receipt": self._receipt(settled), "sums": self._sums(left) if settled else []}
        if not left:
            return context | self._settled(settled)
        amount = self._shown(left)
        whole = self._shown(invoice.amount_minor) if left < invoice.amount_minor else ""
        context |= {"amount": amount, "beside": words.open_of.format(whole=whole) if whole else ""}
        return context | self._open(amount)

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The invoice, or the receipt of a payment of it alone, as its PDF."""
        offered = {}
        if self.invoice.state == TransactionState.POSTED:
            settled = settlements_of(self.invoice.pk)
            offered = {one.public_id: one for one in (self.invoice, *self._receipts(settled))}
        row = offered.get(name)
        if row is None:
            return super().file(request, name)
        [printable] = printables_of([row.pk], language=self.words.language)
        printed = print_document(printable, actor="customer")
        response = HttpResponse(printed.content, content_type=printed.content_type)
        response["Content-Disposition"] = content_disposition_header(False, printed.name) or "inline"
        return response

    def _receipts(self, settled: list[Settlement]) -> list[Transaction]:
        """The payments that this invoice alone was paid by: the receipt of another names what else its payer owes."""
        paid = [one.credit_id for one in settled if _is_payment(one)]
        elsewhere = Allocation.objects.filter(credit_id__in=paid, released_on=None).exclude(debit_id=self.invoice.pk)
        rows = Transaction.objects.filter(pk__in=paid).exclude(pk__in=elsewhere.values("credit_id"))
        return list(rows.order_by("posted_on", "pk"))

    def _file(self, row: Transaction) -> tuple[str, str]:
        """What a document is called, and its address."""
        name = f"{title_of(kind_of(row.classification), self.words.language)} {row.number}"
        return self.words.as_pdf.format(document=name), f"{self.address()}/{row.public_id}"

    def _shown(self, minor: int) -> str:
        return self.words.money(minor, self.invoice.currency)

    def _items(self) -> list[tuple[str, str]]:
        items = TransactionItem.objects.filter(transaction_id=self.invoice.pk).select_related("product")
        return [
            (
                item.said_in(self.words.language) or self.words.item,
                self._shown(item.sub_total_minor),
            )
            for item in items.order_by("position")[:30]
        ]

    def _receipt(self, settled: list[Settlement]) -> list[tuple[str, str]]:
        """Each thing that settled some of it: the day and what it was paid with, and how much."""
        said = []
        for one in settled:
            way = self.words.way(one.way, one.last4) if _is_payment(one) else self.words.credit
            said.append((", ".join(filter(None, (self.words.day(one.on), way))), self._shown(one.minor)))
        return said

    def _sums(self, left: int) -> list[tuple[str, str]]:
        return [
            (self.words.invoice_total, self._shown(self.invoice.amount_minor)),
            (self.words.still_open, self._shown(left)),
        ]

    def _settled(self, settled: list[Settlement]) -> dict[str, Any]:
        """Nothing is open: what was paid last, else that nothing is left to pay."""
        words = self.words
        paid = [one for one in settled if _is_payment(one)]
        if not paid:
            amount = self._shown(self.invoice.amount_minor)
            return {"standing": THANKS, "lead": words.settled, "text": "", "amount": amount}
        last = paid[-1]
        way, on = words.way(last.way, last.last4), words.day(last.on)
        return {
            "standing": THANKS,
            "lead": words.paid,
            "text": self.say(words.received),
            "amount": self._shown(last.minor),
            "beside": words.paid_on_with.format(day=on, way=way) if way else words.paid_on.format(day=on),
        }

    def _open(self, amount: str) -> dict[str, Any]:
        found, words = self.found, self.words
        asked = Money(found.amount_minor, found.account.currency)
        transfer = transfer_of(asked, reference=self.number, language=words.language)
        if found.provider is None and transfer is not None and not found.is_collected:
            return {"transfer": transfer}
        if found.provider is None:
            return {"standing": "otherwise", "lead": words.not_online, "text": self.say(words.not_online_how)}
        if found.is_collected:
            return {"standing": WAITING, "lead": words.processing, "text": words.processing_long, "again": True}
        where = kind_named(found.provider.kind).title
        said: dict[str, Any] = {
            "button": words.pay.format(amount=amount),
            "hint": self.say(words.pay_where, gateway=where),
        }
        if transfer is not None:
            said["transfer"] = {**transfer, "title": words.or_by_transfer}
        if self.is_back:
            lead = {"standing": SORRY, "lead": words.not_completed, "text": words.nothing_charged}
            return {**said, **lead, "button": words.pay_again.format(amount=amount)}
        return said


def _is_payment(one: Settlement) -> bool:
    return one.classification == Classification.PAYMENT
