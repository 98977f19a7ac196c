"""Tone and icon of the states that only promises have."""

from __future__ import annotations

BADGES = {
    "promised": ("calm", "calendar"),
    "kept": ("good", "check"),
    "broken": ("bad", "alert-triangle"),
    "withdrawn": ("quiet", "ban"),
}
