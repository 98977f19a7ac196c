"""What a page says once the next one is shown: kept as text, so it is said in the person's language when it is kept."""

from __future__ import annotations

from django.contrib.messages.storage.fallback import FallbackStorage

from subledger.kernel.sentences import said

__all__ = ["Notices"]


class Notices(FallbackStorage):
    def add(self, level: int, message: str, extra_tags: str | None = "") -> None:
        super().add(level, said(message), extra_tags)
