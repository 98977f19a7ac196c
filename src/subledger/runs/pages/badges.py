"""Tone and icon of the states that only runs have."""

from __future__ import annotations

BADGES = {
    "running": ("calm", "refresh"),
    "paused": ("warn", "lock"),
    "completed": ("good", "check"),
    "completed_with_errors": ("warn", "alert-triangle"),
    "skipped": ("quiet", "ban"),
    "not_taken": ("quiet", "ban"),
    "effective": ("good", "check"),
    "not_effective": ("quiet", "ban"),
}
