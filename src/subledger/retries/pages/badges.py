"""Tone and icon of the states that only retries have."""

from __future__ import annotations

BADGES = {
    "made": ("calm", "refresh"),
    "stopped": ("quiet", "ban"),
}
