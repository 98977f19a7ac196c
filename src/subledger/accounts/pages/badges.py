"""Tone and icon of the states that only accounts have."""

from __future__ import annotations

BADGES = {
    "suspended": ("warn", "lock"),
    "terminated": ("bad", "ban"),
}
