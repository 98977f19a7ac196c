"""Tone and icon of the states that only wallets have."""

from __future__ import annotations

BADGES = {"voided": ("quiet", "ban"), "overdrawn": ("bad", "alert-triangle")}
