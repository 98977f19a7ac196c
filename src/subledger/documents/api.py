"""The letterhead's logo in the API; the letterhead itself is made from its declaration."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.configuration import mount
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.resources import Input
from subledger.companies.entries import save_entry

from .errors import LogoInvalid
from .logos import MOST_BYTES
from .services import remove_logo, set_logo
from .tables import TABLES

router = Router(tags=["Configuration"])


class LogoIn(Input):
    content: Annotated[str, Field(max_length=MOST_BYTES * 2, description="A PNG or JPEG, in base64.")]


@router.put("/letterhead/logo", response={204: None}, operation_id="set_logo", summary="Set the logo")
def put_logo(request: HttpRequest, body: LogoIn) -> Status[None]:
    """On documents that are printed from now on."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError):
        raise LogoInvalid("The logo is no base64. Encode the bytes of the file.", param="/content") from None
    set_logo(content=content, actor=caller_of(request).actor)
    return Status(204, None)


@router.delete("/letterhead/logo", response={204: None}, operation_id="remove_logo", summary="Take off the logo")
def delete_logo(request: HttpRequest) -> Status[None]:
    """Documents have the name in its place."""
    remove_logo(actor=caller_of(request).actor)
    return Status(204, None)


API = ApiFace(
    mounts=(*mount(TABLES, save=save_entry), Mount(router=router)),
    summaries={"retrieve_letterhead": "Retrieve the letterhead", "update_letterhead": "Change the letterhead"},
)
