"""A request of the event loop as WSGI knows it (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_to_bytes

from .bodies import Body

# WSGI gives these two without HTTP_; a chunked body has been put together, so its encoding is undone.
OWN = {b"content-type": "CONTENT_TYPE", b"content-length": "", b"transfer-encoding": ""}
FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"


def environ_of(scope: Mapping[str, Any], body: Body, *, proxies: int) -> dict[str, Any]:
    """``proxies`` stand before us, each of which adds to X-Forwarded-For the address it was asked from."""
    host, port = scope.get("server") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "CONTENT_LENGTH": str(body.length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body.file,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        # Proxies drop names with an underscore, for X_Forwarded_Proto would pass for X-Forwarded-Proto.
        if b"_" in name:
            continue
        key = OWN.get(name)
        if key is None:
            key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        if key:
            text = value.decode("latin-1")
            between = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    environ["REMOTE_ADDR"] = client_address(scope, environ.get(FORWARDED_FOR, ""), proxies)
    return environ


def client_address(scope: Mapping[str, Any], forwarded_for: str, proxies: int) -> str:
    """Who asks: the peer, or whom the outermost of our own proxies saw. What comes before that anybody may write."""
    peer = str((scope.get("client") or ("",))[0])
    seen = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if not proxies or len(seen) < proxies:
        return peer
    try:
        return str(ip_address(seen[-proxies].strip("[]")))
    except ValueError:
        return peer
