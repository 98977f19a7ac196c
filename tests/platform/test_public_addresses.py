"""Keys and requests go to public addresses alone, whatever a name leads to, when it is saved and when it is called."""

from __future__ import annotations

import asyncio
import socket
from threading import Event
from time import monotonic

import pytest
from django.db.transaction import atomic

from subledger.gateways.errors import ProviderInvalid
from subledger.gateways.models import Provider
from subledger.gateways.port import GatewayUnavailable, ProviderSettings
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.states import ProviderState
from subledger.gateways.stripe.adapter import StripeGateway
from subledger.platform import public_addresses
from subledger.platform.network import is_in_transaction
from subledger.platform.public_addresses import NOT_ENCRYPTED, NOT_PUBLIC, is_public, trouble_calling, trouble_saving

INSIDE = [
    "http://127.0.0.1:8420", "http://localhost:8420", "https://169.254.169.254/latest", "https://10.0.0.8",
    "https://192.168.1.1", "https://[::1]", "https://[fe80::1]", "https://[::ffff:10.0.0.1]", "https://[fd00::1]",
    "https://100.64.0.1", "https://0.0.0.0", "https://2130706433", "https://0x7f000001", "https://[64:ff9b::a00:1]",
    "https://[::10.0.0.1]", "https://[::ffff:0:127.0.0.1]", "https://[fec0::1]", "https://192.88.99.1",
]  # fmt: skip
STRIPE = {"kind": "stripe", "code": "cards", "name": "Cards", "test_key": "sk_test_shop"}


@pytest.mark.parametrize("url", INSIDE)
def test_addresses_inside_are_not_saved(url):
    assert trouble_saving(url, "test", allows_private=False) == NOT_PUBLIC
    assert trouble_saving(url, "test", allows_private=True) == ""


def test_a_name_is_public_when_all_that_it_leads_to_is(monkeypatch):
    found: list[str] = []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", (address, 0)) for address in found]
    )
    for addresses, trouble in (
        (["93.184.216.34"], ""),
        (["93.184.216.34", "10.0.0.1"], NOT_PUBLIC),
        ([], NOT_PUBLIC),
    ):
        found[:] = addresses
        assert trouble_saving("https://gateway.example", "live", allows_private=False) == trouble


def test_a_name_that_leads_nowhere_is_refused_in_the_same_words(monkeypatch):
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert trouble_saving("https://database.internal", "test", allows_private=False) == NOT_PUBLIC


def test_live_mode_is_encrypted_and_public_addresses_are_public():
    assert trouble_calling("http://93.184.216.34", "live", allows_private=True) == NOT_ENCRYPTED
    assert trouble_calling("http://93.184.216.34", "test", allows_private=False) == ""
    assert trouble_calling("", "live", allows_private=False) == ""
    assert (is_public("93.184.216.34"), is_public("2606:4700::1111"), is_public("224.0.0.1")) == (True, True, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_is_sent_inside_and_open_ports_look_like_closed_ones(host):
    """``localhost`` stands for a name that was public when it was saved."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as opened, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for one in (opened, closed):
            said.append(asyncio.run(asked(f"http://{host}:{one.getsockname()[1]}")))
        opened.setblocking(False)
        with pytest.raises(BlockingIOError):
            opened.accept()  # nobody came
    assert said[0] == said[1]


async def asked(url: str) -> str:
    gateway = StripeGateway(ProviderSettings("gwp_1", "stripe", "test", "sk_test_shop", base_url=url))
    try:
        with pytest.raises(GatewayUnavailable) as refused:
            await gateway.session_facts("cs_1")
        return str(refused.value)
    finally:
        await gateway.close()


@pytest.mark.django_db
def test_a_provider_is_neither_saved_nor_made_effective_with_an_address_inside(company, settings):
    settings.ALLOW_PRIVATE_GATEWAYS = False
    with pytest.raises(ProviderInvalid, match="public addresses alone") as refused:
        save_provider(ident=None, values={**STRIPE, "base_url": "https://169.254.169.254"}, actor="test")
    assert refused.value.param == "/base_url"
    with pytest.raises(ProviderInvalid, match="https alone"):
        save_provider(ident=None, values={**STRIPE, "mode": "live", "base_url": "http://93.184.216.34"}, actor="test")
    assert not Provider.objects.filter(code="cards").exists()
    made = save_provider(ident=None, values=STRIPE, actor="test")
    Provider.objects.filter(pk=made.pk).update(base_url="http://127.0.0.1:1")  # as one saved in former times has it
    with pytest.raises(ProviderInvalid, match="public addresses alone"):
        set_state(provider_id=made.pk, state=ProviderState.EFFECTIVE, actor="test")
    set_state(provider_id=made.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")


@pytest.mark.django_db
def test_a_name_is_looked_up_before_the_transaction_begins(company, settings, monkeypatch):
    settings.ALLOW_PRIVATE_GATEWAYS = False
    seen = []

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        seen.append((host, is_in_transaction()))
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    made = save_provider(ident=None, values={**STRIPE, "base_url": "https://one.example"}, actor="test")
    values = {"base_url": "https://two.example", "test_key": "sk_test_shop"}
    save_provider(ident=made.pk, values=values, actor="test")
    save_provider(ident=made.pk, values={"base_url": "https://two.example", "name": "As before"}, actor="test")
    assert seen == [("one.example", False), ("two.example", False)]
    with atomic(), pytest.raises(RuntimeError, match="looked up inside a database transaction"):
        save_provider(ident=made.pk, values={**values, "base_url": "https://three.example"}, actor="test")


def test_a_name_that_nobody_answers_for_holds_nobody_up(monkeypatch):
    """The resolver's own patience may be half a minute; whoever asks holds a thread of the web server."""
    answers = Event()
    monkeypatch.setattr(public_addresses, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.wait(60) and [])
    began = monotonic()
    assert not public_addresses.leads_outside("slow.example")
    assert monotonic() - began < 30
    answers.set()
