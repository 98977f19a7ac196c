"""Web addresses that people enter: http and https, and no other scheme, whatever browsers would do with it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .email_addresses import on_wire_domain
from .sentences import say

_SECRET_PART = re.compile(r"(?=.*[0-9]).{16,}|.{24,}")

SCHEMES = ("https", "http")


def is_web_address(text: str) -> bool:
    """``https://books.example.com:8443/path``: with its scheme, a host, and nothing that cannot be seen."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(host) and text.isprintable() and " " not in text


def without_secrets(url: str) -> str:
    """An address as others read it: what stands behind its question mark may be a secret, and so may a long part of its
    path, as chat services have it."""
    bare, mark, _ = url.partition("?")
    start, slashes, rest = bare.partition("://")
    host, *parts = rest.split("/")
    shown = [host, *("…" if _SECRET_PART.fullmatch(part) else part for part in parts)]
    return f"{start}{slashes}{'/'.join(shown)}{'?…' if mark else ''}"


def trouble_with_site(text: str) -> str:
    """What keeps a text from being a website's address, with or without scheme, as the end of a sentence; or ""."""
    whole = text if "://" in text else f"{SCHEMES[0]}://{text}"
    if not is_web_address(whole):
        return say("it is not written as www.example.com or https://www.example.com")
    parts = urlsplit(whole)
    if parts.username is not None or "." not in (parts.hostname or "") or on_wire_domain(parts.hostname or "") is None:
        return say("it names no host such as www.example.com")
    return ""
