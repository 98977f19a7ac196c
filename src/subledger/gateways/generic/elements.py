"""Parts of a bank's message, by the names of their elements without the namespace. Knows no Django: children read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from subledger.kernel.errors import NotFound
from subledger.kernel.numbers import Exact

from .reasons import in_words, is_duplicate
from .reported import request_id


def local_name(element: Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def find(part: Element, path: str) -> Any:
    return part.find(_path(path))


def find_all(part: Element, path: str) -> list[Element]:
    return part.findall(_path(path))


def text_of(part: Element, path: str) -> str:
    found = find(part, path)
    return (found.text or "").strip() if found is not None else ""


def amount_of(part: Element, *paths: str) -> tuple[str, str]:
    """(amount, currency) as written, of the first path that has one."""
    for path in paths:
        found = find(part, path)
        if found is not None and (found.text or "").strip():
            return Exact((found.text or "").strip()), found.get("Ccy", "").strip()  # XML's point is a decimal point
    return "", ""


def decimal_of(written: str) -> Decimal | None:
    """None for what is no number."""
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= 30 else None


def is_true(text: str) -> bool:
    """An xs:boolean, which has two spellings of each (W3C XML Schema part 2, 3.2.2)."""
    return text in ("true", "1")


def is_ours(text: str) -> bool:
    try:
        request_id(text)
    except NotFound:
        return False
    return True


def reason_of(part: Element, tag: str = "StsRsnInf") -> tuple[str, str]:
    """(code, sentence) of why: the first code given, or one of them that tells of something sent twice, and all that
    the bank adds in words."""
    found = find_all(part, tag)
    codes = [code for each in found if (code := text_of(each, "Rsn/Cd") or text_of(each, "Rsn/Prtry"))]
    said = " ".join(" ".join((more.text or "").split()) for each in found for more in find_all(each, "AddtlInf"))
    twice = next((code for code in codes if is_duplicate(code)), "")
    code = twice or (codes[0] if codes else "NARR")  # ISO's own: the reason is in the narrative, if anywhere
    return code, in_words(code, said)


def _path(path: str) -> str:
    return "/".join(f"{{*}}{tag}" for tag in path.split("/"))
