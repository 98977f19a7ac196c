"""Elements of XML as values: what is empty is left out, as EN 16931 has it, and texts are never markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lxml import etree

Names = Callable[[str, bool], str]  # a name, and whether the element is a text, to its name with namespace


class Node(NamedTuple):
    """An element: its name, its text or what is in it, and its attributes. ``stays``: also where it is empty."""

    name: str
    content: str | Sequence[Any]
    attributes: Mapping[str, str] = {}
    stays: bool = False


def written(root: Any, nodes: Iterable[Node], names: Names) -> bytes:
    """A file of XML: ``root`` with ``nodes`` in it."""
    for node in nodes:
        _append(root, node, names)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _append(parent: Any, node: Node, names: Names) -> None:
    content: Any = node.content
    is_text = isinstance(content, str)
    own = etree.Element(names(node.name, is_text), dict(node.attributes))
    if is_text:
        own.text = content
    else:
        for one in content:
            _append(own, one, names)
    if own.text or len(own) or node.stays:
        parent.append(own)


def amount(name: str, of: Decimal, currency: str = "") -> Node:
    return Node(name, f"{of:f}", {"currencyID": currency} if currency else {})


def number(of: Decimal | None) -> str:
    return "" if of is None else f"{of.normalize():f}"


def iso_day(of: date | None) -> str:
    return of.isoformat() if of else ""
