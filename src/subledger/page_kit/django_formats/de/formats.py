"""As in English: a number in an attribute or in a drawing is read by programs."""

from django.conf.locale.en.formats import *  # type: ignore[import-untyped]  # noqa: F403
