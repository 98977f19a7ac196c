"""What a browser fetches: little, compressed, once; and no page that it keeps."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import brotli
import pytest
import tinycss2
from django.test import Client
from django.urls import reverse
from tests.pages.conftest import member, seat
from tools import style

from subledger.config.web.statics import KEPT_FOR_GOOD, static_named
from subledger.platform import clock
from subledger.platform.links import sign

LIMIT = 250_000
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
ADDRESS = re.compile(r"""(?:href|src)="(/static/[^"#]+)""")
REFERENCE = re.compile(r"""url\("?([^"')]+\.woff2[^"')]*)"?\)""")


def wire(client: Client, address: str) -> tuple[int, str]:
    """Bytes of an answer as it travels, and its text."""
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 200, address
    body = answer.content if not answer.streaming else b"".join(answer.streaming_content)
    coding = answer.get("Content-Encoding", "")
    plain = {"br": brotli.decompress, "gzip": gzip.decompress}.get(coding, bytes)(body)
    return len(body), plain.decode("utf-8", "replace")


@pytest.mark.parametrize("page", ["home", "login", "accounts"])
def test_a_first_page_is_under_250_kb_on_the_wire(company, page):
    client = seat(member(company, "administrator")) if page != "login" else Client()
    size, html = wire(client, reverse(f"backoffice:{page}"))
    fetched = set(ADDRESS.findall(html))
    assert len(fetched) > 4
    for address in sorted(fetched):
        one, text = wire(client, address.replace("&amp;", "&"))
        size += one
        if ".css" in address:
            # Names of most customers need the Latin letters alone; others fetch 85 kB more, once.
            fonts = [found for found in REFERENCE.findall(text) if "latin-wght" in found]
            folder = address.partition("?")[0].rsplit("/", 1)[0]
            size += sum(wire(client, f"{folder}/{font}")[0] for font in fonts)
    assert 60_000 < size < LIMIT


def test_a_file_is_kept_for_good_under_its_own_mark_alone():
    mark = static_named("backoffice/subledger.css").mark
    for given, kept in ((mark, KEPT_FOR_GOOD), ("0" * 12, "public, max-age=60"), ("", "public, max-age=60")):
        answer = Client().get("/static/backoffice/subledger.css", {"v": given}, headers=BROWSER)
        assert (answer["Cache-Control"], answer["Content-Encoding"], answer["Vary"]) == (kept, "br", "Accept-Encoding")
    again = Client().get("/static/backoffice/subledger.css", headers={**BROWSER, "If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Encoding" not in Client().get("/static/backoffice/subledger.css")


def test_what_a_style_refers_to_has_its_mark_too():
    text = static_named("backoffice/subledger.css").bodies[""].decode()
    [font] = re.findall(r'url\("(vendor/inter/inter-latin-wght-normal\.woff2\?v=\w+)"\)', text)
    answer = Client().get(f"/static/backoffice/{font}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, KEPT_FOR_GOOD)


@pytest.mark.parametrize("name", ["backoffice/../../settings.py", "..%2fsettings.py", "nothing.css", "/etc/passwd", ""])
def test_only_files_for_browsers_are_given(db, name):
    assert Client().get(f"/static/{name}").status_code == 404


def test_every_address_in_a_page_has_its_mark(db):
    found = ADDRESS.findall(Client().get("/login/").content.decode())
    assert found
    assert all(re.search(r"\?v=[0-9a-f]{12}$", each) for each in found)


# -- the style


@pytest.mark.wide
def test_every_rule_that_a_page_needs_is_in_the_style():
    kept = set(style.USED.read_text(encoding="utf-8").splitlines())
    missing = [rule for rule in style.used().splitlines() if rule not in kept]
    assert not missing, "run: python -m tools.style"


def test_the_style_is_whole_and_small():
    text = style.USED.read_text(encoding="utf-8")
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    assert not [rule for rule in rules if rule.type == "error"]
    assert len(rules) > 300
    assert len(text) < 110_000
    for needed in (".btn-primary{", ".dropdown-menu.show{", ".form-control:focus{", ".table{"):
        assert needed in text


# -- pages


def test_pages_are_compressed_and_nobody_keeps_them(company):
    answer = seat(member(company, "administrator")).get("/", headers=BROWSER)
    assert (answer["Content-Encoding"], answer["Cache-Control"]) == ("gzip", "no-store")
    assert "camera=()" in answer["Permissions-Policy"]
    token = sign("pay", company_id=1, object_ids=[1], expires_at=clock.now() + timedelta(days=1))
    for path in ("/login/", "/nowhere/", f"/pay/{token}", "/api/v1/accounts"):
        told = Client().get(path)
        assert "no-store" in told["Cache-Control"], path
        assert told["Permissions-Policy"]
        assert told["X-Content-Type-Options"] == "nosniff"


def test_two_pages_never_compress_a_token_the_same_way(db):
    one, other = (Client().get("/login/", headers=BROWSER) for _ in range(2))
    assert one.content != other.content
