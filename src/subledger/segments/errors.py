"""The refusals of segments."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class SegmentInvalid(Invalid):
    """Criteria that cannot be read, or would never be fulfilled; a name that says nothing."""

    code = "segment_invalid"


class SegmentNameTaken(DomainError):
    code = "segment_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(say("There is a segment {name!r} already. Choose another name.", name=name), param="/name")


class SegmentInUse(DomainError):
    code = "segment_in_use"

    def __init__(self, name: str, use: str) -> None:
        super().__init__(
            say("The segment {name!r} cannot be deleted: it is {use}. Choose another there first.", name=name, use=use)
        )
