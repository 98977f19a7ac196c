"""Lines of the log: as text or as JSON, with the request they belong to, and without what must not stand in one."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

from subledger.kernel.card_numbers import masked
from subledger.platform.outages import first_line, outage_of
from subledger.platform.tracing import current_request_id

# What Django makes of requests that cannot be read: too many fields, a page marker of nonsense, a torn form.
MALFORMED = (BadRequest, SuspiciousOperation, MultiPartParserError)
# Parts of an address that open something for whoever knows them.
SECRET_PARTS = {"token", "key", "secret", "uidb64"}
LONG_PART = re.compile(r"[^/]{25,}")
OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "request_id", "server_time"}


def opens_something(request: Any) -> bool:
    """Whether the address of a request is what opens it: no log, and no address that is left for another, says it."""
    match = getattr(request, "resolver_match", None)
    return match is not None and bool(SECRET_PARTS & set(match.kwargs))


def shown_path(request: Any) -> str:
    """The path as a log may have it: of links, what they are and not what they open."""
    match = getattr(request, "resolver_match", None)
    path: str = request.path
    if match is not None and opens_something(request):
        return f"/{match.route}"
    if match is None or path.startswith("/pay/"):
        return LONG_PART.sub("…", path)
    return path


class Discreet(logging.Filter):
    """Puts what a log may say in the place of what Django says, and the request's id into every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path") and isinstance(record.args, tuple):
            record.args = tuple(shown_path(request) if each == request.path else each for each in record.args)
        error = record.exc_info[1] if record.exc_info else None
        outage = outage_of(error)
        if error is not None and outage is not None:
            # One line a request: what is wrong is the database's or the disk's to tell, not each request's.
            record.msg, record.args = f"{record.getMessage()}: {outage.what}: {first_line(error)}", ()
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        elif isinstance(error, MALFORMED):
            # What anybody can send, and was answered: nothing of ours failed.
            record.msg, record.args = f"{record.getMessage()}: {type(error).__name__}", ()
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


class TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        ident = getattr(record, "request_id", "")
        record.message = masked(record.message)
        fields = super().formatMessage(record)
        return f"{fields} [{ident}]" if ident else fields

    def formatException(self, ei: Any) -> str:
        return masked(super().formatException(ei))


class JsonFormatter(logging.Formatter):
    """A record a line, its traceback in it."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{record.msecs:03.0f}",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if ident := getattr(record, "request_id", ""):
            fields["request_id"] = ident
        fields |= {name: value for name, value in vars(record).items() if name not in OWN}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        fields = {name: masked(value) if isinstance(value, str) else value for name, value in fields.items()}
        return json.dumps(fields, default=lambda value: masked(str(value)), ensure_ascii=False)


FORMATTERS = {"text": "subledger.config.logs.TextFormatter", "json": "subledger.config.logs.JsonFormatter"}
