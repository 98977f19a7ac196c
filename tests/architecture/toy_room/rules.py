from __future__ import annotations

MOST = 60


def is_name(text: str) -> bool:
    return 0 < len(text.strip()) <= MOST
