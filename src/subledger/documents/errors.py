"""What the room refuses."""

from __future__ import annotations

from subledger.kernel.errors import Invalid


class LogoInvalid(Invalid):
    code = "logo_invalid"


class LanguageUnknown(Invalid):
    code = "language_unknown"
