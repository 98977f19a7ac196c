"""Documents of transactions and statements: shown, and downloaded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from subledger.accounts.models import Account
from subledger.documents.printouts import Printout
from subledger.documents.services import Printable, print_document
from subledger.documents.values import FileFormat
from subledger.documents.web import POLICY
from subledger.kernel.errors import Invalid, NotFound
from subledger.page_kit.access import actor, today
from subledger.page_kit.navigation import Action
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.transactions.models import Transaction
from subledger.transactions.printouts import printables_of, statement_printable

_SHOWN = frozenset({FileFormat.PDF, FileFormat.HTML})  # what a browser shows; the others it saves


class PrintPage(DetailPage):
    """A document as a file, in the format and the language that the address asks for."""

    def printable(self) -> Printable:
        raise NotImplementedError

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        asked = request.GET.get("format", FileFormat.PDF)
        if asked not in list(FileFormat):
            raise Invalid(f"Documents are not made as {asked!r}. Choose one of: {', '.join(FileFormat)}.")
        form = FileFormat(asked)
        is_shown = form in _SHOWN and "download" not in request.GET
        return shown_file(print_document(self.printable(), form=form, actor=actor(request)), is_shown=is_shown)


class TransactionPrintPage(PrintPage):
    def prepare(self, transaction_id: int) -> None:
        self.transaction_id = transaction_id

    def printable(self) -> Printable:
        return printables_of([self.transaction_id], language=self.request.GET.get("language", ""))[0]


class StatementPrintPage(PrintPage):
    def prepare(self, account_id: int) -> None:
        found = Account.objects.select_related("customer").filter(pk=account_id).first()
        if found is None:
            raise NotFound(Account, account_id)
        self.account = found

    def printable(self) -> Printable:
        end = _day(self.request, "to") or today()
        return statement_printable(
            self.account,
            start=_day(self.request, "from") or end - timedelta(days=365),
            end=end,
            today=today(),
            language=self.request.GET.get("language", ""),
        )


def actions(row: Transaction) -> list[Action]:
    """What the page of a transaction offers."""
    url = page_url("transaction_print", row.pk)
    return [
        Action("Show as PDF", url, "printer"),
        Action("Download PDF", f"{url}?download=1", "download"),
        Action("Download workbook", f"{url}?format=xlsx", "file-spreadsheet"),
    ]


def shown_file(printed: Printout, *, is_shown: bool) -> HttpResponse:
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = f'{"inline" if is_shown else "attachment"}; filename="{printed.name}"'
    if printed.content_type.startswith("text/html"):
        response["Content-Security-Policy"] = POLICY
    return response


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"{text!r} is not a day. Write YYYY-MM-DD.") from None
