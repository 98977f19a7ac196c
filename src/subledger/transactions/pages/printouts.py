"""Documents of transactions and statements: shown, and downloaded."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from subledger.accounts.models import Account
from subledger.documents.einvoices.gaps import Place
from subledger.documents.errors import EInvoiceIncomplete
from subledger.documents.kinds import is_electronic
from subledger.documents.models import Letterhead
from subledger.documents.responses import shown_file
from subledger.documents.services import Printable, show_document
from subledger.documents.values import FileFormat
from subledger.kernel.days import asked_day
from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.kinds import entry_url, kind_named
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.transactions.models import Transaction
from subledger.transactions.printables import kind_of
from subledger.transactions.printouts import (
    STATEMENT_SPAN,
    give_document,
    group_statement_printable,
    printables_of,
    statement_printable,
)
from subledger.transactions.queries import transaction_by_id

_SHOWN = frozenset({FileFormat.PDF, FileFormat.HTML})  # what a browser shows; the others it saves


class PrintPage(DetailPage):
    """A document as a file, in the format and the language that the address asks for. What a browser shows is a look:
    a copy is kept of what is downloaded."""

    def printable(self) -> Printable:
        raise NotImplementedError

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        asked = request.GET.get("format", FileFormat.PDF)
        if asked not in list(FileFormat):
            raise Invalid(
                say(
                    "Documents are not made as {asked!r}. Choose one of: {formats}.",
                    asked=asked,
                    formats=", ".join(FileFormat),
                )
            )
        form = FileFormat(asked)
        is_shown = form in _SHOWN and "download" not in request.GET
        try:
            shown = show_document(self.printable(), form=form)
        except EInvoiceIncomplete as error:
            return self.incomplete(error)
        printed = shown.printout if is_shown else give_document(shown, actor=actor(request))
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
        self.title = say("{kind} {row} as an electronic invoice", kind=word(row.classification), row=row)
        return self.shown(
            error.status,
            gaps=[(gap.words, places.get(gap.place)) for gap in error.gaps],
            again_url=self.request.get_full_path(),
            back_url=page_url("transaction", row.pk),
            crumbs=[Crumb(str(row), page_url("transaction", row.pk)), Crumb(say("Electronic invoice"))],
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
        made = group_statement_printable if self.request.GET.get("group") else statement_printable
        return made(
            self.account,
            start=_day(self.request, "from") or end - STATEMENT_SPAN,
            end=end,
            today=today(),
            language=self.request.GET.get("language", ""),
        )


def actions(request: HttpRequest, row: Transaction, *, rank: int = 0) -> list[Action]:
    """What the page of a transaction offers."""
    url = page_url("transaction_print", row.pk)
    found = [
        Action(say("Show as PDF"), url, "printer", rank=rank),
        Action(say("Download PDF"), f"{url}?download=1", "download", is_file=True),
        Action(say("Download workbook"), f"{url}?format=xlsx", "file-spreadsheet", is_file=True),
    ]
    if row.posted_on is not None and may(request, "documents.renew"):
        found.append(Action(say("Reprint"), page_url("transaction_print_anew", row.pk), "refresh"))
    if row.posted_on is not None and is_electronic(kind_of(row.classification)):
        found += [
            Action(
                say("Download e-invoice ({title})", title=title),
                f"{url}?format={form}&download=1",
                "download",
                is_file=True,
            )
            for form, title in ((FileFormat.FACTURX, "Factur-X"), (FileFormat.UBL, "UBL"), (FileFormat.CII, "CII"))
        ]
    return found


def places_of(request: HttpRequest, row: Transaction) -> dict[Place, Action]:
    """Where somebody who may fills in what an electronic invoice lacks."""
    account = row.account
    letterhead = entry_url(kind_named("letterhead"), Letterhead.objects.get())
    found = {
        Place.LETTERHEAD: (letterhead, say("Open the letterhead"), "configuration.edit:letterhead"),
        Place.ACCOUNT: (page_url("account_edit", account.pk), say("Edit the account"), "accounts.edit"),
        Place.TAX_RATES: (page_url("entries", "tax-rates"), say("Open the tax rates"), "configuration.edit:tax_rate"),
    }
    if account.customer_id:
        found[Place.CUSTOMER] = (
            page_url("customer_edit", account.customer_id),
            say("Edit the customer"),
            "customers.edit",
        )
    return {place: Action(label, url) for place, (url, label, needs) in found.items() if may(request, needs)}


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    return asked_day(text, param=f"/{name}") if text else None
