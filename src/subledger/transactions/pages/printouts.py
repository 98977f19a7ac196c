"""Documents of transactions and statements: shown, and downloaded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from subledger.accounts.models import Account
from subledger.documents.einvoices.gaps import Place
from subledger.documents.errors import EInvoiceIncomplete
from subledger.documents.kinds import is_electronic
from subledger.documents.models import Letterhead
from subledger.documents.printouts import Printout
from subledger.documents.services import Printable, print_document
from subledger.documents.values import FileFormat
from subledger.documents.web import POLICY
from subledger.kernel.errors import Invalid, NotFound
from subledger.page_kit.access import actor, today
from subledger.page_kit.kinds import entry_url, kind_named
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.transactions.models import Transaction
from subledger.transactions.printables import kind_of
from subledger.transactions.printouts import printables_of, statement_printable
from subledger.transactions.queries import transaction_by_id

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
        try:
            printed = print_document(self.printable(), form=form, actor=actor(request))
        except EInvoiceIncomplete as error:
            return self.incomplete(error)
        return shown_file(printed, is_shown=is_shown)

    def incomplete(self, error: EInvoiceIncomplete) -> HttpResponse:
        raise error


class TransactionPrintPage(PrintPage):
    template_name = "transactions/incomplete.html"

    def prepare(self, transaction_id: int) -> None:
        self.transaction_id = transaction_id

    def incomplete(self, error: EInvoiceIncomplete) -> HttpResponse:
        """What is missing, each with the way to where it is filled in."""
        row = transaction_by_id(self.transaction_id)
        places = places_of(self.request, row)
        self.title = f"{word(row.classification)} {row} as an electronic invoice"
        return self.shown(
            error.status,
            gaps=[(gap.words, places.get(gap.place)) for gap in error.gaps],
            again_url=self.request.get_full_path(),
            back_url=page_url("transaction", row.pk),
            crumbs=[Crumb(str(row), page_url("transaction", row.pk)), Crumb("Electronic invoice")],
        )

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


def actions(request: HttpRequest, row: Transaction, *, rank: int = 0) -> list[Action]:
    """What the page of a transaction offers."""
    url = page_url("transaction_print", row.pk)
    found = [
        Action("Show as PDF", url, "printer", rank=rank),
        Action("Download PDF", f"{url}?download=1", "download"),
        Action("Download workbook", f"{url}?format=xlsx", "file-spreadsheet"),
    ]
    if row.posted_on is not None and may(request, "documents.renew"):
        found.append(Action("Print anew", page_url("transaction_print_anew", row.pk), "refresh"))
    if row.posted_on is not None and is_electronic(kind_of(row.classification)):
        found += [
            Action(f"Download e-invoice ({title})", f"{url}?format={form}&download=1", "download")
            for form, title in ((FileFormat.FACTURX, "Factur-X"), (FileFormat.UBL, "UBL"), (FileFormat.CII, "CII"))
        ]
    return found


def places_of(request: HttpRequest, row: Transaction) -> dict[Place, Action]:
    """Where somebody who may fills in what an electronic invoice lacks."""
    account = row.account
    letterhead = entry_url(kind_named("letterhead"), Letterhead.objects.get())
    found = {
        Place.LETTERHEAD: (letterhead, "Open the letterhead", "configuration.edit:letterhead"),
        Place.ACCOUNT: (page_url("account_edit", account.pk), "Edit the account", "accounts.edit"),
        Place.TAX_RATES: (page_url("entries", "tax-rates"), "Open the tax rates", "configuration.edit:tax_rate"),
    }
    if account.customer_id:
        found[Place.CUSTOMER] = (page_url("customer_edit", account.customer_id), "Edit the customer", "customers.edit")
    return {place: Action(label, url) for place, (url, label, needs) in found.items() if may(request, needs)}


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
