"""Documents of transactions, and statements, as files."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day
from subledger.api_kit.resources import Resource, found, refuse_unknown_parameters
from subledger.documents.printouts import CONTENT_TYPES, Printout
from subledger.documents.services import Printable, print_document
from subledger.documents.values import FileFormat
from subledger.documents.web import POLICY
from subledger.transactions.printouts import printables_of, statement_printable

from .accounts import YEAR
from .documents import credit_notes, invoices, payments, refunds
from .transactions import AccountId, TransactionId, transactions

router = Router(tags=["Printouts"])
FILE = {"schema": {"type": "string", "format": "binary"}}
FILES = {"responses": {200: {"content": dict.fromkeys(CONTENT_TYPES, FILE)}}}
Language = Annotated[str, Field(max_length=10, description="en, de, it or el; the customer's if left out.")]


class PrintoutQuery(Schema):
    format: FileFormat = FileFormat.PDF
    language: Language = ""


class StatementQuery(PrintoutQuery):
    start: Day | None = Field(default=None, alias="from")
    to: Day | None = None


def as_file(printed: Printout) -> HttpResponse:
    return HttpResponse(
        printed.content,
        content_type=printed.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{printed.name}"',
            "Content-Security-Policy": POLICY,
        },
    )


def _print(request: HttpRequest, printable: Printable, form: FileFormat) -> HttpResponse:
    return as_file(print_document(printable, form=form, actor=caller_of(request).actor))


def _printout(resource: Resource) -> None:
    thing = resource.path.removesuffix("s")

    @router.get(
        f"/{resource.path}/{{id}}/printout",
        response={200: None},
        openapi_extra=FILES,
        operation_id=f"print_{thing}",
        summary=f"Print {'an' if thing[0] == 'i' else 'a'} {thing.replace('_', ' ')}",
    )
    def print_one(request: HttpRequest, id: TransactionId, query: Query[PrintoutQuery]) -> Any:
        """As a file. A printed PDF is kept, and given again as it was."""
        refuse_unknown_parameters(request, PrintoutQuery)
        resource.find(id)
        [printable] = printables_of([id], language=query.language)
        return _print(request, printable, query.format)


for one in (invoices, credit_notes, payments, refunds, transactions):
    _printout(one)


@router.get(
    "/accounts/{id}/printout",
    response={200: None},
    openapi_extra=FILES,
    operation_id="print_account_statement",
    summary="Print a statement of account",
)
def print_statement(request: HttpRequest, id: AccountId, query: Query[StatementQuery]) -> Any:
    """From one day to another, both included; the year up to today if left out."""
    refuse_unknown_parameters(request, StatementQuery)
    account = found(Account, id, rows=Account.objects.select_related("customer"))
    today = caller_of(request).today
    last = query.to or today
    printable = statement_printable(
        account, start=query.start or last - YEAR, end=last, today=today, language=query.language
    )
    return _print(request, printable, query.format)
