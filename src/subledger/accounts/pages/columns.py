"""How somebody is reached, in lists and heads, and what they receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from subledger.kernel.sentences import said
from subledger.page_kit.columns import Column
from subledger.page_kit.contact_links import MailColumn, PhoneColumn, mail_link, phone_link
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = ["MailColumn", "PhoneColumn", "TopicsColumn", "mail_link", "phone_link"]


@dataclass(frozen=True)
class TopicsColumn(Column):
    """What somebody receives, in words."""

    def show(self, row: Any) -> SafeString | str:
        told = ", ".join(said(show.word(topic).lower()) for topic in self.value(row))
        return told[:1].upper() + told[1:] or show.NOTHING
