"""A customer without a browser: fills in a gateway's pages by sending their forms, as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

# What a test card needs besides its number, and who it belongs to.
ALWAYS = {"expiry": "12 / 34", "cvc": "123"}
PATIENCE = 20  # seconds


class PageRefused(Exception):
    """The page was shown again instead of leading on: what it says is in the message."""


class _Stays(HTTPRedirectHandler):
    """Tells where a page leads instead of going there: that is the shop's own page."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what stands in its fields already."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.error = ""
        self._is_error = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = found.get("action") or ""
        elif tag == "input" and found.get("name") and found.get("type") not in ("radio", "checkbox", "submit"):
            self.fields[str(found["name"])] = found.get("value") or ""
        self._is_error = found.get("role") == "alert"

    def handle_data(self, data: str) -> None:
        if self._is_error:
            self.error += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._is_error = False


def fill_in(page: str, **typed: str) -> str:
    """Type into the form of a page, press its button, and go on to where it leads.

    Raises:
        PageRefused: the page came back with what was wrong.
    """
    form = _Form(_open(page)[1])
    given = {**form.fields, **{name: value for name, value in ALWAYS.items() if name in form.fields}, **typed}
    leads_to, html = _open(urljoin(page, form.action or page), given)
    if not leads_to:
        raise PageRefused(_Form(html).error or "The page was shown again.")
    return urljoin(page, leads_to)


def _open(url: str, form: dict[str, str] | None = None) -> tuple[str, str]:
    """(where it leads, what it shows)."""
    data = urlencode(form).encode() if form is not None else None
    try:
        with build_opener(_Stays()).open(Request(url, data), timeout=PATIENCE) as answer:
            return "", answer.read().decode()
    except HTTPError as answer:
        with answer:
            return answer.headers.get("Location", ""), answer.read().decode()
