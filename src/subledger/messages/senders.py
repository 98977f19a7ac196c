"""Whom a company's mail comes from: its own address, where the operator's mail server may send for its domain.

`SUBLEDGER_SENDER_DOMAINS` names domains for every company, or as ``code=domain`` for one alone.
"""

from __future__ import annotations

from django.conf import settings

from subledger.kernel.email_addresses import on_wire_domain

__all__ = ["domains_of", "may_send_as", "sender_of"]


def domains_of(code: str) -> list[str]:
    """The domains that the company of that code may send from, as the operator wrote them."""
    named = [one.rpartition("=") for one in settings.SENDER_DOMAINS]
    return [domain for whose, _, domain in named if whose.strip() in ("", code)]


def may_send_as(address: str, *, code: str) -> bool:
    """Whether the operator allows the company of that code senders of the address's domain."""
    domain = _compared(address.rpartition("@")[2])
    return bool(domain) and domain in {_compared(one) for one in domains_of(code)}


def sender_of(chosen: str, *, code: str) -> str:
    """The address that mail comes from: the company's own as long as it is allowed, else the installation's."""
    return chosen if chosen and may_send_as(chosen, code=code) else str(settings.DEFAULT_FROM_EMAIL)


def _compared(domain: str) -> str:
    return (on_wire_domain(domain.strip().rstrip(".")) or "").casefold()
