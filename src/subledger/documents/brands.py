"""How a company's documents look, beside what they say."""

from __future__ import annotations

from dataclasses import dataclass

ACCENT = "#1f4e79"


@dataclass(frozen=True, slots=True)
class Brand:
    """``logo`` is a PNG; ``accent`` is the colour of rules and sums, such as ``#1f4e79``."""

    accent: str = ACCENT
    logo: bytes = b""
