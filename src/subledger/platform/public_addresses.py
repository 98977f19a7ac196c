"""Where others' servers may be called: our keys and requests go to public addresses, never into the network around us.

An administrator types a gateway's address, and the server sends to it from inside: without this, anybody who may edit
providers could speak to what only the server reaches (a cloud's metadata, another service on this machine), and learn
from the answers what is there. Every refusal is the same sentence, whether anything answers there or not.

The name is looked up when the address is saved, and again by `PublicResolver` for the very connection: what a name led
to a moment ago says nothing of now. Sandboxes on loopback need SUBLEDGER_ALLOW_PRIVATE_GATEWAYS.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, Queue
from threading import BoundedSemaphore, Thread
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from subledger.kernel.sentences import say

from .network import refuse_in_transaction

# IPv6 that carries an IPv4 address inside, which some router takes out again: NAT64, 6to4, Teredo, IPv4-compatible,
# SIIT. Then what is of a site alone, and the way to 6to4: `is_global` knows neither everywhere.
CARRIERS = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96")
NOT_GLOBAL = tuple(map(ip_network, (*CARRIERS, "fec0::/10", "192.88.99.0/24")))
LOOK_SECONDS = 5
_LOOKING = BoundedSemaphore(8)  # names that are looked up at once: those that nobody answers for keep a thread
NOT_PUBLIC = say("Gateways are called at public addresses alone, and this is none.")
NOT_ENCRYPTED = say("In live mode a gateway is called by https alone: its key would travel in the open.")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and no other in disguise."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if any(found in network for network in NOT_GLOBAL):  # of the other family none is in
        return False
    return found.is_global and not found.is_multicast


def trouble_calling(url: str, mode: str, *, allows_private: bool) -> str:
    """Why nothing may be sent to an address as it is written, or "". Names are not looked up."""
    parts = urlsplit(url)
    if url and mode == "live" and parts.scheme != "https":
        return NOT_ENCRYPTED
    return "" if not url or allows_private or may_be_public(url) else NOT_PUBLIC


def may_be_public(url: str) -> bool:
    """Whether an address, as it is written, names a host that may be public: a name, or a number that is."""
    host = urlsplit(url).hostname or ""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return bool(host)
    return is_public(host)


def trouble_saving(url: str, mode: str, *, allows_private: bool) -> str:
    """Why an address may not be a gateway's, or "": all that it leads to has to be public. Looks its name up."""
    trouble = trouble_calling(url, mode, allows_private=allows_private)
    if trouble or not url or allows_private:
        return trouble
    return "" if leads_outside(urlsplit(url).hostname or "") else NOT_PUBLIC


def leads_outside(host: str) -> bool:
    """Whether all that a name leads to is public. A name that does not exist, or is not answered for in time, leads
    nowhere: what becomes of it inside is nobody's business."""
    refuse_in_transaction("Looking up a name")
    found = _looked_up(host)
    return bool(found) and all(is_public(one) for one in found)


def _looked_up(host: str) -> Sequence[str]:
    """The addresses of a name; none where nobody knows it, or says so in time. Whoever asks holds a thread of the web
    server, so the resolver's own patience, which may be half a minute, is not theirs."""
    found: Queue[Sequence[str]] = Queue()

    def look() -> None:
        try:
            found.put([str(address[0]) for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError):
            found.put([])
        finally:
            _LOOKING.release()

    if not _LOOKING.acquire(timeout=LOOK_SECONDS):
        return []
    Thread(target=look, name="look-up", daemon=True).start()
    try:
        return found.get(timeout=LOOK_SECONDS)
    except Empty:
        return []


class PublicResolver(AbstractResolver):
    """Looks names up for a connection, and leads nowhere unless all that it finds is public."""

    def __init__(self, within: AbstractResolver | None = None) -> None:
        self._within = within or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._within.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise OSError(NOT_PUBLIC)
        return found

    async def close(self) -> None:
        await self._within.close()
