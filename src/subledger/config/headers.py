"""What the browser is told it may load and keep: our own files, and no page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from subledger.config.logs import opens_something

USUAL_REFERRER = settings.SECURE_REFERRER_POLICY

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",  # widths of settlement bars, and the API's reference page
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# Nothing of a device is needed to keep books.
PERMISSIONS = ", ".join(
    f"{each}=()"
    for each in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
        "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


def browser_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if opens_something(request) and response.headers.get("Referrer-Policy") in (None, USUAL_REFERRER):
            response.headers["Referrer-Policy"] = "strict-origin"  # forms of such pages are known by their origin
        # Files say themselves how long they keep. Everything else is about money: a shared computer shows none of it
        # to who presses "back" after somebody else has logged out.
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
