"""Tone and icon of the states that only payment gateways have."""

from __future__ import annotations

BADGES = {
    "under_processing": ("calm", "refresh"),
    "requires_action": ("warn", "user"),
    "declined_for_good": ("bad", "ban"),
    "disputed": ("bad", "alert-triangle"),
    "won": ("good", "check"),
    "lost": ("bad", "x"),
}
