"""Links carry the public address, whatever name their maker came by."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from subledger.config.environment import EnvironmentInvalid, load
from subledger.platform.public_address import public_url


@pytest.mark.parametrize(
    ("public", "expected"),
    [("https://books.example.com/", "https://books.example.com/pay/abc"), (None, "http://testserver/pay/abc")],
)
def test_a_link_is_made_with_the_public_address(settings, public, expected):
    settings.PUBLIC_URL = public
    assert public_url(RequestFactory().get("/"), "/pay/abc") == expected


def test_the_public_host_is_answered_to_and_its_forms_are_taken():
    found = load({"SUBLEDGER_PUBLIC_URL": "https://Books.example.com:8443"})
    assert found.public_url == "https://Books.example.com:8443/"
    assert found.hosts[-1] == "books.example.com"
    assert found.origins == ["https://Books.example.com:8443"]
    assert load({}).hosts == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("value", ["books.example.com", "ftp://x", "https://x/path", "https://", "https://x/?a=b"])
def test_what_is_no_address_is_refused(value):
    with pytest.raises(EnvironmentInvalid, match="SUBLEDGER_PUBLIC_URL"):
        load({"SUBLEDGER_PUBLIC_URL": value})
