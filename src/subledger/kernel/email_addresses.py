"""E-mail addresses: what is one, and how it is written on the wire.

Domains may be written in any script and travel as Punycode (RFC 5891). What stands before the @ is ASCII: few mail
servers take anything else (RFC 6531).
"""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address

from .sentences import say

_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
LONGEST = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
LONGEST_LOCAL = 64
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def trouble_with(text: str) -> str:
    """What keeps a text from being an address, as the end of a sentence; "" where it is one."""
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in text):
        return say("it holds a space or a line break")
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        return say("it is not written as name@example.com")
    if not local.isascii():
        return say("letters other than a to z before the @ reach few mail servers")
    if not _ATOMS.fullmatch(local) or len(local) > LONGEST_LOCAL:
        return say("what stands before the @ is no name of a mailbox")
    if "." not in domain or on_wire_domain(domain) is None:
        return say("what stands after the @ is no name of a mail server")
    if any(map(_mixes_scripts, domain.split("."))):
        return say("the name of the mail server mixes letters of several scripts, some of which look alike")
    return "" if len(on_wire(text)) <= LONGEST else say("it is longer than {longest} characters", longest=LONGEST)


def _mixes_scripts(label: str) -> bool:
    """Whether letters of a to z stand beside those of another alphabet that has the same shapes (UTS 39, 5.2)."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()}
    return len(scripts & _ALIKE) > 1


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
