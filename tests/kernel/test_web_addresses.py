"""Web addresses: http and https, whatever else browsers know."""

from __future__ import annotations

import pytest

from subledger.kernel.web_addresses import is_web_address, trouble_with_site

SITES = [
    "nordlicht.example",
    "www.nordlicht.example/shop?a=1",
    "https://nordlicht.example:8443",
    "http://müller.example",
]
NONE = [
    "javascript:alert(1)", "javascript:1", "javascript://nordlicht.example/%0aalert(1)", "JavaScript:alert(1)",
    "data:text/html,<b>", "vbscript:x", "ftp://nordlicht.example", "file:///etc/passwd", "mailto:ann@nordlicht.example",
    "//nordlicht.example", "https://", "https://ann:secret@nordlicht.example", "nordlicht", "nord licht.example",
    "nordlicht.example\n", "https://nordlicht.example:port", "https://[::1",
]  # fmt: skip


@pytest.mark.parametrize("text", SITES)
def test_a_site_is_written_with_or_without_its_scheme(text: str):
    assert trouble_with_site(text) == ""
    assert is_web_address(text) == text.startswith("http")


@pytest.mark.parametrize("text", NONE)
def test_what_leads_elsewhere_is_no_site(text: str):
    assert trouble_with_site(text).startswith("it ")


@pytest.mark.parametrize("text", ["http://127.0.0.1:9000", "https://[::1]/", "http://sandbox:8420/v1"])
def test_a_server_may_be_a_number_or_a_name_of_ones_own_network(text: str):
    assert is_web_address(text)
