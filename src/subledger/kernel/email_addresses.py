"""E-mail addresses: what is one, and how it is written on the wire.

Domains may be written in any script and travel as Punycode (RFC 5891). What stands before the @ is ASCII: few mail
servers take anything else (RFC 6531).
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
LONGEST_LOCAL = 64
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def trouble_with(text: str) -> str:
    """What keeps a text from being an address, as the end of a sentence; "" where it is one."""
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in text):
        return "it holds a space or a line break"
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        return "it is not written as name@example.com"
    if not local.isascii():
        return "letters other than a to z before the @ reach few mail servers"
    if not _ATOMS.fullmatch(local) or len(local) > LONGEST_LOCAL:
        return "what stands before the @ is no name of a mailbox"
    if "." not in domain or on_wire_domain(domain) is None:
        return "what stands after the @ is no name of a mail server"
    return "" if len(on_wire(text)) <= LONGEST else f"it is longer than {LONGEST} characters"


def on_wire(text: str) -> str:
    """An address as mail servers read it, its domain in lower case and ASCII; as it is where that is impossible."""
    local, _, domain = text.rpartition("@")
    return f"{local}@{on_wire_domain(domain) or domain}"


def identity_of(text: str) -> str:
    """What two spellings of an address share: by it, addresses are suppressed."""
    return on_wire(text.strip()).lower()


def header_of(address: str, name: str = "") -> str:
    """``"Ana Bianchi" <ana@example.com>``: a name cannot add an address, nor a header."""
    local, _, domain = on_wire(address).rpartition("@")
    try:
        return str(Address(display_name=name, username=local, domain=domain))
    except (HeaderParseError, ValueError):
        return address


def on_wire_domain(domain: str) -> str | None:
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    return ascii_domain if all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit() else None
