"""Tone and icon of the states that only transactions have."""

from __future__ import annotations

BADGES = {
    "posted": ("calm", "check"),
    "written_off": ("warn", "eraser"),
    "unsettled": ("warn", "circle-dashed"),
    "partial": ("part", "percentage"),
    "settled": ("good", "circle-check"),
    "overdue": ("bad", "alert-circle"),
    "applied": ("good", "link"),
    "unapplied": ("quiet", "arrow-back-up"),
    "partly_applied": ("part", "percentage"),
    "released": ("quiet", "arrow-back-up"),
}
