"""How somebody is reached: links that a phone calls and a mail program opens, and columns of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from subledger.page_kit.columns import Column
from subledger.page_kit.navigation import linked
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = ["MailColumn", "PhoneColumn", "mail_link", "phone_link", "site_link"]


WHOLE = 30  # letters of an address that stands on one line

# Digits with what people put between them, and an extension; anything else is shown and calls nobody.
_PHONE = re.compile(r"\+?[\d\s().,;/#*-]+(?:\s*(?:x|ext\.?|extension|dw)\s*\d+)?", re.IGNORECASE | re.ASCII)


def phone_link(phone: str) -> SafeString:
    """A link that calls it; as it was written where it is no number."""
    if _PHONE.fullmatch(phone.strip()) is None or not any(char.isdigit() for char in phone):
        return conditional_escape(phone)
    return linked(phone, f"tel:{quote(''.join(phone.split()), safe='+')}")


def mail_link(address: str) -> SafeString:
    """A link to write to it; one that fits is not broken within."""
    link = linked(address, f"mailto:{quote(address, safe='@+')}")
    return format_html('<span class="mail-whole">{}</span>', link) if len(address) <= WHOLE else link


def site_link(site: str) -> SafeString:
    """A website, with or without its scheme."""
    return linked(site, site if "://" in site else f"https://{site}")


@dataclass(frozen=True)
class MailColumn(Column):
    css: str = "col-long"

    def show(self, row: Any) -> SafeString | str:
        value = self.value(row)
        return mail_link(value) if value else show.NOTHING


@dataclass(frozen=True)
class PhoneColumn(Column):
    def show(self, row: Any) -> SafeString | str:
        value = self.value(row)
        return phone_link(value) if value else show.NOTHING
