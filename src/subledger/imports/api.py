"""Imports by API: a file is ordered to be imported, and carried out as a run."""

# No deferred annotations here: the endpoints are annotated with schemas made below.
import base64
import binascii
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Schema, Status
from pydantic import Field, create_model

from subledger.api_kit.callers import caller_of
from subledger.api_kit.errors import InvalidRequest
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Currency, Flag, IdOf, Instant, LongName, Text60, Text300
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection
from subledger.import_kit.files import Layout
from subledger.kernel import ids
from subledger.kernel.errors import Door
from subledger.platform.dry_runs import is_dry_run
from subledger.runs.models import Run
from subledger.runs.states import RunState

from . import queries
from .files import content_type_of
from .models import ImportOrder
from .orders import order_of
from .outcomes import rejected_content, standings
from .registry import choices
from .services import order_import

router = Router(tags=["Imports"])
ImportId = Annotated[int, IdOf(ImportOrder.PREFIX)]
Columns = Annotated[dict[Text60, Text300], Field(max_length=100)]


class _ImportIn(Input):
    """What is left out is found in the file."""

    kind: Text60 = Field(description="What the file holds, such as `invoices` or `payments`.", examples=["payments"])
    name: LongName = Field(description="It ends in `.csv`, `.xlsx` or `.parquet`.", examples=["payments.csv"])
    file: str = Field(
        min_length=1,
        description="In base64, up to 32 MiB of file.",
        examples=[base64.b64encode(b"account,amount,posted_on\nACR-1,5.00,2026-05-04\n").decode()],
    )
    columns: Columns = Field(default={}, description="Field to the column of the file that holds it.")
    values: Columns = Field(default={}, description="What a field is in every row.")
    date_format: Text60 | None = Field(default=None, description="As of strptime; ISO days otherwise.")
    number_format: Text60 | None = Field(default=None, description="An example, such as `1.234,56`.")
    currency: Currency | None = Field(default=None, description="Of rows that name none.")
    sheet: Text300 | None = None
    header_line: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = None
    encoding: Text60 | None = None
    skip_bad: Flag = Field(default=False, description="Import the good rows of a file with bad ones, part by part.")
    dry_run: Flag = Field(default=False, description="Do it, report it, and undo it.")


if TYPE_CHECKING:
    ImportIn = _ImportIn
else:  # with what may be chosen of each kind
    ImportIn = create_model(
        "ImportIn",
        __base__=_ImportIn,
        __doc__=_ImportIn.__doc__,
        **{name: (Flag, Field(default=False, description=f"{title}.")) for name, title in choices().items()},
    )


class ImportedOut(Schema):
    currency: str
    amount: int = Field(description="Minor units of the documents created.")


class RejectionOut(Schema):
    line: int
    column: str
    code: str
    reason: str


class ImportOut(Thing):
    object: Literal["import"]
    kind: str
    file_name: str
    run: str | dict[str, Any] = Field(description="What carries it out.")
    state: RunState
    is_dry_run: bool
    is_kept: bool = Field(description="It ended, and stays in the books.")
    read: int = Field(description="Rows, so far.")
    created: int
    unchanged: int
    rejected: int
    left_out: int = Field(description="Payments that look like those of another file.")
    to_suspense: int
    receipts: int = Field(description="Messages to customers that leave by themselves of what was created.")
    totals: list[ImportedOut]
    rejections: list[RejectionOut] = Field(description="The first of them.")
    rejected_url: str | None = Field(description="A file, for seven days.")
    error: str | None = Field(description="Why it came to no end of its own.")
    ended_at: datetime | None
    created_by: str


def serialise(rows: Sequence[ImportOrder], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "import", "created_at": row.at, "kind": row.kind,
            "file_name": record.file_name, "run": ids.encode(Run.PREFIX, row.run_id), "state": row.run.state,
            "is_dry_run": row.is_check, "is_kept": record.is_kept and row.ended_at is not None,
            "read": record.read, "created": record.created,
            "unchanged": record.unchanged, "rejected": record.rejected, "left_out": record.duplicates,
            "to_suspense": record.to_suspense, "receipts": record.receipts,
            "totals": [{"currency": code, "amount": minor} for code, minor in sorted(record.totals.items())],
            "rejections": [
                dict(zip(("line", "column", "code", "reason"), one.as_row(), strict=True)) for one in outcome.listed()
            ],
            "rejected_url": f"/api/v1/imports/{row.public_id}/rejected" if row.rejected_name else None,
            "error": error or None, "ended_at": row.ended_at, "created_by": row.actor,
        }
        for row, record, outcome, error in standings(rows)
    ]  # fmt: skip


imports = Resource(
    path="imports",
    model=ImportOrder,
    out=ImportOut,
    serialise=serialise,
    rows=queries.orders,
    filters={
        "kind": Filter(type=Text60, lookup="kind"),
        "state": Filter(type=RunState, lookup="run__state"),
        "created_at": Filter(type=Instant, lookup="at"),
    },
    expands={"run": "runs"},
)
collection(router, imports, path="/imports")


@router.post("/imports", response={201: ImportOut}, operation_id="create_import")
def create(request: HttpRequest, body: ImportIn) -> Status[JsonObject]:
    """Have a file imported by a worker. It is opened at once; what only reading all of it tells, the import tells."""
    if is_dry_run():
        raise InvalidRequest(
            "An import that is undone at once tells nothing: a worker reads the file. Send dry_run in the body.",
            param="/dry_run",
        )
    said = body.model_dump()
    name, encoded, is_check = said.pop("name"), said.pop("file"), said.pop("dry_run")
    rules = {"columns": said.pop("columns"), "values": said.pop("values")}
    layout = Layout(said.pop("sheet"), said.pop("header_line"), said.pop("encoding"))
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("The file is no base64. Encode the bytes of the file.", param="/file") from None
    order = order_of(said.pop("kind"), rules=rules, layout=layout, door=Door.API, **said)
    row = order_import(order, io.BytesIO(content), name=name, actor=caller_of(request).actor, is_check=is_check)
    return Status(201, imports.one(row.pk, request))


@router.get("/imports/{id}/rejected", operation_id="get_import_rejected", response={200: bytes})
def rejected(request: HttpRequest, id: ImportId) -> Any:
    """The rejected rows as a file, in the format of the one that they came in, each with its reason."""
    row = queries.rejected_of(id)
    disposition = f'attachment; filename="{row.public_id}.rejected{row.rejected_name[row.rejected_name.rindex(".") :]}"'
    return StreamingHttpResponse(
        rejected_content(row),
        content_type=content_type_of(row.rejected_name),
        headers={"Content-Disposition": disposition},
    )


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={"get_import_rejected": "Get the rejected rows of an import", "create_import": "Import a file"},
    examples={"file_name": "payments.csv"},
)
