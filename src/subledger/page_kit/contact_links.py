"""How somebody is reached: links that a phone calls and a mail program opens, and columns of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString

from subledger.page_kit.columns import Column
from subledger.page_kit.navigation import linked
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = ["MailColumn", "PhoneColumn", "mail_link", "phone_link"]


def phone_link(phone: str) -> SafeString:
    return linked(phone, f"tel:{quote(''.join(phone.split()), safe='+')}")


def mail_link(address: str) -> SafeString:
    return linked(address, f"mailto:{quote(address, safe='@+')}")


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
