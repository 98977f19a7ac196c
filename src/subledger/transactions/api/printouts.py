"""Documents of transactions, and statements, as files."""

# No deferred annotations here: operations are annotated with types made here.
import io
import tempfile
from collections.abc import Callable
from typing import IO, Annotated, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, IdOf
from subledger.api_kit.resources import (
    Input,
    JsonObject,
    Resource,
    WholeOf,
    found,
    refuse_unknown_parameters,
    resource_at,
)
from subledger.documents import bundles
from subledger.documents.bundles import Bundle
from subledger.documents.letters import code_points, letters_of
from subledger.documents.printouts import CONTENT_TYPES, Printout
from subledger.documents.services import Printable, renew_copy, show_document
from subledger.documents.values import FileFormat
from subledger.documents.web import POLICY
from subledger.kernel.languages import LANGUAGES
from subledger.runs.models import Run
from subledger.transactions.printouts import (
    STATEMENT_SPAN,
    give_document,
    group_statement_printable,
    printables_of,
    statement_printable,
)
from subledger.transactions.services import prints

from .documents import credit_notes, invoices, payments, refunds
from .transactions import AccountId, TransactionId, transactions

router = Router(tags=["Printouts"])
FILE = {"schema": {"type": "string", "format": "binary"}}
FILES = {"responses": {200: {"content": dict.fromkeys(CONTENT_TYPES, FILE)}}}
BUNDLES = {"responses": {200: {"content": dict.fromkeys(bundles.CONTENT_TYPES.values(), FILE)}}}
RunId = Annotated[int, IdOf(Run.PREFIX)]
Language = Annotated[str, Field(max_length=10, description=f"{', '.join(LANGUAGES)}; the customer's if left out.")]


class PrintoutQuery(Schema):
    format: FileFormat = FileFormat.PDF
    language: Language = ""


class StatementQuery(PrintoutQuery):
    start: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    group: bool = Field(
        default=False, description="With the accounts below it, each account's part and what they come to."
    )


class RenewIn(Input):
    format: FileFormat = Field(default=FileFormat.PDF, description="pdf, facturx, ubl or cii.")
    language: Language = ""


class PrintsIn(Input):
    """Many documents to print, in this order."""

    documents: Annotated[list[TransactionId], Field(min_length=1, max_length=prints.MOST)]
    format: FileFormat = Field(default=FileFormat.PDF, description="pdf, facturx, ubl or cii.")
    language: Language = ""


class BundleQuery(Schema):
    bundle: Bundle = Field(default=Bundle.ZIP, description="A zip with a list of results, or one PDF of all.")


class FewQuery(PrintoutQuery, BundleQuery):
    document: Annotated[list[TransactionId], Field(min_length=1, max_length=prints.AT_ONCE)]


def as_file(printed: Printout) -> HttpResponse:
    return HttpResponse(
        printed.content,
        content_type=printed.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, printed.name) or "attachment",
            "Content-Security-Policy": POLICY,
        },
    )


def _print(request: HttpRequest, printable: Printable, form: FileFormat) -> HttpResponse:
    printed = give_document(show_document(printable, form=form), actor=caller_of(request).actor)
    response = as_file(printed)
    if printed.warnings:  # in ASCII, as headers are
        response["X-Letters-Without-Font"] = ", ".join(code_points(letters_of(printable.document)))
    return response


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

    @router.post(
        f"/{resource.path}/{{id}}/printout",
        response={201: Annotated[Any, WholeOf("printed_copies")]},
        operation_id=f"renew_{thing}_printout",
        summary=f"Print {'an' if thing[0] == 'i' else 'a'} {thing.replace('_', ' ')} anew",
    )
    def renew_one(request: HttpRequest, id: TransactionId, body: RenewIn) -> Status[JsonObject]:
        """With the letterhead of today: another edition of its copy, which is given from now on."""
        resource.find(id)
        [printable] = printables_of([id], language=body.language)
        copy = renew_copy(printable, form=body.format, actor=caller_of(request).actor)
        return Status(201, resource_at("printed_copies").one(copy.pk, request))


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
    made = group_statement_printable if query.group else statement_printable
    printable = made(
        account, start=query.start or last - STATEMENT_SPAN, end=last, today=today, language=query.language
    )
    return _print(request, printable, query.format)


def _bundle(bundle: Bundle, name: str, write: Callable[[IO[bytes]], object], file: IO[bytes]) -> FileResponse:
    """The response closes the file when it has been sent."""
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{bundle}", content_type=bundles.CONTENT_TYPES[bundle]
    )


@router.get(
    "/printouts", response={200: None}, openapi_extra=BUNDLES, operation_id="print_few", summary="Print a few documents"
)
def few(request: HttpRequest, query: Query[FewQuery]) -> Any:
    """As one file; of more than this takes, `POST` makes a run. In a zip, `results.csv` says what became of each."""
    refuse_unknown_parameters(request, FewQuery)

    def write(file: IO[bytes]) -> None:
        prints.print_few(
            transaction_ids=query.document, file=file, bundle=query.bundle, form=query.format, language=query.language,
            actor=caller_of(request).actor,
        )  # fmt: skip

    return _bundle(query.bundle, "documents", write, io.BytesIO())


@router.post(
    "/printouts",
    response={201: Annotated[Any, WholeOf("runs")]},
    operation_id="create_printouts",
    summary="Print many documents",
)
def many(request: HttpRequest, body: PrintsIn) -> Status[JsonObject]:
    """A run, whose steps say what became of each; when it is over, its file is at `/printouts/{id}/file`."""
    run = prints.start_prints(
        transaction_ids=body.documents, form=body.format, language=body.language, actor=caller_of(request).actor
    )
    return Status(201, resource_at("runs").one(run.pk, request))


@router.get(
    "/printouts/{id}/file",
    response={200: None},
    openapi_extra=BUNDLES,
    operation_id="retrieve_printouts_file",
    summary="Download what a run has printed",
)
def file_of(request: HttpRequest, id: RunId, query: Query[BundleQuery]) -> Any:
    """When it is over: the documents that it printed, and in a zip `results.csv` with what became of each."""
    refuse_unknown_parameters(request, BundleQuery)
    run = found(Run, id, rows=Run.objects.filter(kind=prints.KIND.name))
    actor = caller_of(request).actor
    return _bundle(
        query.bundle,
        run.public_id,
        lambda file: prints.write_prints(run=run, file=file, bundle=query.bundle, actor=actor),
        tempfile.TemporaryFile(),
    )
