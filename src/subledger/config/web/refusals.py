"""What is refused before any page or endpoint is asked, and how it reads to programs and to people."""

from __future__ import annotations

from html import escape

from django.http import HttpRequest, HttpResponse

from subledger.api_kit.problems import problem
from subledger.kernel.errors import DomainError, Door
from subledger.platform.tracing import current_request_id

# Those who read JSON; everything else is a page.
PROGRAMS = ("/api/", "/webhooks/")

# No template, no session, no database, no file: it can be said when nothing else works.
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}}</style></head>
<body><main><h1>{title}</h1><p>{text}</p>{reference}</main></body>
</html>
"""


class LengthRequired(DomainError):
    code, status = "length_required", 411

    def __init__(self) -> None:
        super().__init__("The length of the body is not stated. Send it with Content-Length.")


class LengthInvalid(DomainError):
    code, status = "length_invalid", 400

    def __init__(self) -> None:
        super().__init__("The body is not as long as stated. Send it whole, with its right Content-Length.")


class BodyTooLarge(DomainError):
    code, status = "body_too_large", 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes. Send less at a time; files are for imports.")


class BodyTooSlow(DomainError):
    code, status = "body_too_slow", 408

    def __init__(self, seconds: int) -> None:
        super().__init__(f"The body did not arrive within {seconds} s, so nothing was done. Send it again.")


class Busy(DomainError):
    code, status = "busy", 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("Too many requests wait already, so this one was not begun. Repeat it in a few seconds.")


class TooManyAttempts(DomainError):
    code, status = "too_many_attempts", 429

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__(f"There were too many attempts from this address or on this link. Wait {seconds} s.")


class TooMuchAtOnce(DomainError):
    code, status = "too_much_at_once", 429
    retry_after = 5

    def __init__(self) -> None:
        super().__init__(
            "Too much from this address is on its way at once, so this was not read and nothing was done. Send fewer "
            "requests at a time, and this one again in a few seconds."
        )


class HostUnknown(DomainError):
    code, status = "host_unknown", 421

    def __init__(self) -> None:
        super().__init__(
            "No books are kept under this host name. Check the address; an administrator allows a name in "
            "SUBLEDGER_ALLOWED_HOSTS."
        )


class HttpsRequired(DomainError):
    code, status = "https_required", 403

    def __init__(self) -> None:
        super().__init__(
            "This came over plain HTTP, so it was not read, and whatever key came with it is no longer secret. "
            "Send it to the https address, and replace that key."
        )


def refused(path: str, error: DomainError) -> HttpResponse:
    """A refusal for whoever asked for ``path``: a problem for programs, a plain page for people."""
    wait = getattr(error, "retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    headers["X-Content-Type-Options"] = "nosniff"
    if path.startswith(PROGRAMS):
        return problem(error, headers=headers)
    title = TITLES.get(error.status, "This cannot be done")
    page = plain_page(title, error.text_for(Door.PAGE), error.status, headers)
    page.refusal_code = error.code  # type: ignore[attr-defined]
    return page


TITLES = {
    400: "Cannot be read",
    403: "Not allowed",
    408: "Too slow",
    421: "Not known here",
    429: "Too many attempts",
    503: "Not available at the moment",
}


def plain_page(title: str, text: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    ident = current_request_id()
    reference = f"<p>Reference: <code>{escape(ident)}</code></p>" if ident else ""
    body = PAGE.format(title=escape(title), text=escape(text), reference=reference)
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store", **(headers or {})})


def refused_request(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refused(request.path, error)
