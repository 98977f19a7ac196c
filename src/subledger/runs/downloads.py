"""Files that runs made, by API."""

# No deferred annotations here: the endpoints are annotated with schemas made below.
from typing import Annotated, Literal

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.api_kit.fields import IdOf
from subledger.api_kit.resources import JsonObject, Thing
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say

from . import queries
from .models import Run, RunFile
from .services.files import demand_file, note_fetched

downloads = Router(tags=["Runs"])
RunId = Annotated[int, IdOf(Run.PREFIX)]
RunFileId = Annotated[int, IdOf(RunFile.PREFIX)]


class RunFileOut(Thing):
    object: Literal["run_file"]
    name: str
    content_type: str
    size: int = Field(description=say("Bytes."))
    sha256: str


class RunFileListOut(Schema):
    object: Literal["list"]
    data: list[RunFileOut]


@downloads.get("/runs/{id}/files", response=RunFileListOut, operation_id="list_run_files")
def files(request: HttpRequest, id: RunId) -> JsonObject:
    """Files that a run made; they are kept for 30 days."""
    run = queries.run_by_id(id)
    data = [
        {
            "id": row.public_id, "object": "run_file", "created_at": row.made_at, "name": row.name,
            "content_type": row.content_type, "size": row.size, "sha256": row.sha256,
        }
        for row in queries.files_of(run.pk)
    ]  # fmt: skip
    return {"object": "list", "data": data}


BYTES = {
    "responses": {
        200: {
            "description": say("The file."),
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@downloads.get("/runs/{id}/files/{file}", operation_id="get_run_file", openapi_extra=BYTES)
def file(request: HttpRequest, id: RunId, file: RunFileId) -> FileResponse:
    """The bytes of a file that a run made."""
    found = queries.file_by_id(file)
    if found.run_id != id:
        raise NotFound(RunFile, file)
    demand_file(found)
    spool = queries.spooled(found)  # here, not while it is sent: then nobody is in the company's scope any more
    note_fetched(file=found)
    return FileResponse(spool, as_attachment=True, filename=found.name, content_type=found.content_type)
