"""Files for browsers, out of the package itself: compressed, and kept for good under the mark of what they are.

``{% static %}`` adds the first digits of a file's hash to its address. Whoever asks with the hash of what there is may
keep it for ever; whoever comes with another one, from a page of the version before, gets what there is and keeps it
for a minute. Nothing has to be collected before the program starts.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from subledger.platform.content_codings import accepted_codings

MARK = "v"
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
KEPT_A_MINUTE = "public, max-age=60"
# Fonts and pictures are compressed already.
COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")
REFERENCE = re.compile(rb"""url\((["']?)(?!data:|https?:|#|/)([^"')]+?)\1\)""")


@dataclass(frozen=True, slots=True)
class Static:
    """A file as it is sent; ``bodies`` by content coding, "" for none."""

    content_type: str
    mark: str
    bodies: dict[str, bytes]


class MarkedStorage(StaticFilesStorage):
    """Addresses of static files, with their mark."""

    def url(self, name: str | None) -> str:
        found = static_named(str(name))
        plain = settings.STATIC_URL + quote(str(name))
        return plain if found is None else f"{plain}?{MARK}={found.mark}"


@cache
def static_named(name: str) -> Static | None:
    """The file of that name below the static address; None when there is none."""
    path = finders.find(name)
    if not path or not Path(path).is_file():
        return None
    content = Path(path).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind == "text/css":
        content = REFERENCE.sub(lambda found: _marked(found, name), content)
    bodies = {"": content}
    if kind.startswith(COMPRESSED):
        bodies["gzip"] = gzip.compress(content, 9, mtime=0)
        bodies["br"] = brotli.compress(content, quality=9)
    if kind.startswith("text/") or kind == "application/javascript":
        kind += "; charset=utf-8"
    return Static(kind, hashlib.sha256(content).hexdigest()[:12], bodies)


def _marked(found: re.Match[bytes], css: str) -> bytes:
    """A file that a style refers to, with its mark."""
    address, _, fragment = found[2].decode().partition("#")
    target = static_named(posixpath.normpath(posixpath.join(posixpath.dirname(css), address)))
    if target is None:
        return found[0]
    fragment = fragment and f"#{fragment}"
    return f'url("{address}?{MARK}={target.mark}{fragment}")'.encode()


def statics(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(settings.STATIC_URL) or request.method not in ("GET", "HEAD"):
            return get_response(request)
        found = _asked_for(request.path.removeprefix(settings.STATIC_URL))
        return get_response(request) if found is None else _sent(request, found)

    return answer


def _asked_for(name: str) -> Static | None:
    """Only plain names: what is not one is nobody's file, and is not remembered."""
    if ".." in name or name.startswith("/") or not finders.find(name):
        return None
    return static_named(name)


def _sent(request: HttpRequest, found: Static) -> HttpResponse:
    kept = KEPT_FOR_GOOD if request.GET.get(MARK) == found.mark else KEPT_A_MINUTE
    headers = {"Cache-Control": kept, "ETag": f'"{found.mark}"', "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    accepted = accepted_codings(request)
    coding = next((each for each in ("br", "gzip") if each in accepted and each in found.bodies), "")
    body = found.bodies[coding]
    if coding:
        headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, content_type=found.content_type, headers=headers)
