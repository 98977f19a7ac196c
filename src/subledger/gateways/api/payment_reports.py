"""How the integrator of a generic gateway works its payment requests off: in sets, or by files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BeforeValidator, Field, model_validator

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Currency, Day, Flag, LongText, MinorOrZero, Text300
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Input, JsonObject
from subledger.gateways.generic.exports import Format as ExportFormat
from subledger.gateways.generic.iso20022 import encoded
from subledger.gateways.services import execution
from subledger.gateways.services.bank_files import Export, export_again, export_requests
from subledger.gateways.services.reports import Element, ReportAnswer
from subledger.gateways.services.results import import_results
from subledger.gateways.states import RequestState
from subledger.kernel.money import Money
from subledger.platform.idempotency import Binding

from .providers import ProviderId, providers

router = Router(tags=["Payment gateways"])
Report = Callable[..., list[ReportAnswer]]


class ElementIn(Input):
    request_unique_identifier: LongText = Field(description="Yours, unique in the call, echoed.")
    request: LongText = Field(description="prq_…, or the request's number.")
    reference: LongText = Field(default="", description="Yours of its execution; needed to post.")
    amount: MinorOrZero | None = Field(default=None, description="Compared with the request's; needs a currency.")
    currency: Currency | None = None
    booked_on: Day | None = Field(
        default=None, description="When the bank booked it: its posting day, while open and not ahead."
    )

    @model_validator(mode="after")
    def amount_has_currency(self) -> ElementIn:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("amount and currency go together")
        return self

    def element(self) -> Element:
        given = self.model_dump(exclude={"amount", "currency"})
        money = None if self.amount is None or self.currency is None else Money(self.amount, self.currency)
        return Element(**given, amount=money)


class RejectedIn(ElementIn):
    error_code: LongText = Field(default="", description="Why, in a word of yours; needed.")
    error_message: LongText = Field(default="", description="The same for people.")


def _counted(said: Any) -> Any:
    """Before each is read, which takes its time where there are many."""
    if isinstance(said, list):
        execution.check_count(said)
    return said


FEW = (BeforeValidator(_counted), Field(json_schema_extra={"maxItems": execution.MOST}))


class BulkIn(Input):
    """Up to 1,000 elements; each gets its own result, and one that is refused changes nothing."""

    provider: ProviderId | None = Field(default=None, description="Requests of any other are refused.")
    elements: Annotated[list[ElementIn], *FEW]


class BulkRejectIn(Input):
    """Up to 1,000 elements, each with the ``error_code`` that says why; each gets its own result."""

    provider: ProviderId | None = Field(default=None, description="Requests of any other are refused.")
    elements: Annotated[list[RejectedIn], *FEW]


class ResultError(Schema):
    code: str
    message: str
    param: str | None


class ResultOut(Schema):
    request_unique_identifier: str
    request: str
    state: RequestState | None = Field(
        description="The request's now; null: the element was refused. Unknown, with an error: its word was taken in, "
        "and the books cannot post it yet."
    )
    error: ResultError | None
    note: str = Field(description="Which day it was posted on, and why, where that is not booked_on; else empty.")


class BulkOut(Schema):
    object: Literal["payment_request_results"]
    succeeded: int
    refused: int
    results: list[ResultOut] = Field(description="In the order of the elements.")


def _report(
    request: HttpRequest, service: Report, elements: Sequence[ElementIn], provider_id: int | None
) -> JsonObject:
    if provider_id is not None:
        providers.find(provider_id, param="/provider")
    answers = service(
        elements=[one.element() for one in elements], provider_id=provider_id, actor=caller_of(request).actor
    )
    refused = sum(one.error is not None for one in answers)
    return {
        "object": "payment_request_results",
        "succeeded": len(answers) - refused,
        "refused": refused,
        "results": [_serialise(one) for one in answers],
    }


def _serialise(answer: ReportAnswer) -> JsonObject:
    error = answer.error
    return {
        "request_unique_identifier": answer.request_unique_identifier,
        "request": answer.request,
        "state": answer.state,
        "note": answer.note,
        "error": error and {"code": error.code, "message": str(error), "param": error.param},
    }


@router.post("/payment_requests/bulk/process", response=BulkOut, operation_id="process_payment_requests")
def process(request: HttpRequest, body: BulkIn) -> JsonObject:
    """Pending requests are begun: nobody else should execute them now."""
    return _report(request, execution.process, body.elements, body.provider)


@router.post("/payment_requests/bulk/post", response=BulkOut, operation_id="post_payment_requests")
def post(request: HttpRequest, body: BulkIn) -> JsonObject:
    """The money moved: each request is posted, under the ``reference`` of its execution."""
    return _report(request, execution.post, body.elements, body.provider)


@router.post("/payment_requests/bulk/reject", response=BulkOut, operation_id="reject_payment_requests")
def reject(request: HttpRequest, body: BulkRejectIn) -> JsonObject:
    """The money did not move and will not: each request is rejected, with its transaction."""
    return _report(request, execution.reject, body.elements, body.provider)


@router.post("/payment_requests/bulk/return", response=BulkOut, operation_id="return_payment_requests")
def give_back(request: HttpRequest, body: BulkRejectIn) -> JsonObject:
    """The money came back, posted or not: a posted payment is cancelled, with the ``error_code`` as its reason."""
    return _report(request, execution.give_back, body.elements, body.provider)


# -- by file -----------------------------------------------------------------------------------------------------


class ExportIn(Input):
    provider: ProviderId
    format: ExportFormat = Field(description="csv: all; pain.008: payments; pain.001: refunds and cancellations.")
    mark: Flag = Field(default=False, description="What is written becomes under processing.")
    on: Day | None = Field(default=None, description="When the bank is to execute it; its next day if left out.")


class LeftOutOut(Schema):
    request: str
    number: str
    code: str
    reason: str


class ExportOut(Schema):
    object: Literal["payment_request_export"]
    format: ExportFormat
    file_name: str
    content_type: str
    content: str | None = Field(description="The file; null where a bank's would hold nothing.")
    message: str = Field(description="The file's own name (MsgId), which a bank's report repeats.")
    is_marked: bool
    written: list[str] = Field(description="The requests that the file holds.")
    left_out: list[LeftOutOut] = Field(description="Those that a bank could not execute, and why.")


class ResultsIn(Input):
    """A file that tells what became of requests: CSV, pain.002, camt.053 or camt.054, by its content."""

    provider: ProviderId
    name: Text300 = Field(default="results", description="Of the file, for messages.")
    content: str = Field(description="The file's text, whole.")
    dry_run: Flag = Field(default=False, description="Do everything, report it, and undo it.")
    number_format: Text300 | None = Field(
        default=None,
        description="How the amounts of a CSV are written, such as 1.234,56. Otherwise one with two readings is read "
        "as the file's other amounts are, or as the company writes numbers; where neither decides, it is refused.",
    )
    date_format: Text300 | None = Field(
        default=None, description="Of its days, as of strptime, such as %d.%m.%Y. Otherwise ISO, or the company's own."
    )


class RefusedRowOut(Schema):
    position: str
    request: str
    code: str
    reason: str


class NotedRowOut(Schema):
    position: str
    request: str
    note: str


class ResultsOut(Schema):
    object: Literal["payment_request_results_import"]
    name: str
    format: str
    is_dry_run: bool
    posted: int
    rejected: int
    under_processing: int
    unchanged: int = Field(description="Rows that the books knew already.")
    ignored: int = Field(description="Rows about other business than ours.")
    refused: list[RefusedRowOut]
    noted: list[NotedRowOut] = Field(
        description="Rows that were taken: on another day than they tell, or though they name another file."
    )


@router.post("/payment_requests/export", response=ExportOut, operation_id="export_payment_requests")
def export(request: HttpRequest, body: ExportIn) -> JsonObject:
    """A generic provider's pending requests as a file for whoever executes them: CSV, or a bank's ISO 20022."""
    providers.find(body.provider, param="/provider")
    made = export_requests(
        provider_id=body.provider,
        file_format=body.format,
        mark=body.mark,
        on=body.on,
        actor=caller_of(request).actor,
    )
    return _serialise_export(made)


class ExportAgainIn(Input):
    provider: ProviderId
    message: Text300 = Field(default="", description="The file's own name (MsgId); left out: the latest.")


@router.post("/payment_requests/export/again", response=ExportOut, operation_id="export_payment_requests_again")
@bound(Binding.REPEATABLE)
def again(request: HttpRequest, body: ExportAgainIn) -> JsonObject:
    """The very file of an export that marked its requests, for whoever lost it; kept for 90 days. Nothing is marked."""
    providers.find(body.provider, param="/provider")
    return _serialise_export(
        export_again(provider_id=body.provider, message=body.message, actor=caller_of(request).actor)
    )


def _serialise_export(made: Export) -> JsonObject:
    return {
        "object": "payment_request_export",
        "format": made.format,
        "file_name": made.file_name,
        "content_type": made.content_type,
        "content": None if made.content is None else made.content.decode(),
        "message": made.message,
        "is_marked": made.is_marked,
        "written": list(made.written),
        "left_out": [asdict(one) for one in made.left_out],
    }


@router.post("/payment_requests/results", response=ResultsOut, operation_id="import_payment_request_results")
def results(request: HttpRequest, body: ResultsIn) -> JsonObject:
    """Take in a file of results. Every row stands for itself; the same file twice is once."""
    providers.find(body.provider, param="/provider")
    report = import_results(
        provider_id=body.provider,
        content=encoded(body.content),
        name=body.name,
        dry_run=body.dry_run,
        number_format=body.number_format,
        date_format=body.date_format,
        actor=caller_of(request).actor,
    )
    return {
        "object": "payment_request_results_import",
        "name": report.file,
        "format": report.format,
        "is_dry_run": report.is_dry_run,
        **report.counts,
        "refused": [row._asdict() for row in report.refused],
        "noted": [row._asdict() for row in report.noted],
    }
