"""Public ids in addresses: ``<acc:account_id>`` matches ``acc_…`` and hands the view its number.

``reverse("backoffice:account", args=[account.pk])`` goes the other way.
"""

from __future__ import annotations

from django.urls import register_converter, reverse

from subledger.kernel import ids
from subledger.platform.rooms import prefixes

__all__ = ["page_url", "register_ids"]


class PublicId:
    regex = "[a-z]{3}_[0-9a-z]{13}"
    prefix = ""

    def to_python(self, text: str) -> int:
        return ids.decode(self.prefix, text)  # its ValueError means: no such address

    def to_url(self, number: int) -> str:
        return ids.encode(self.prefix, number)


def register_ids() -> None:
    for prefix in prefixes():
        register_converter(type(f"{prefix.capitalize()}Id", (PublicId,), {"prefix": prefix}), prefix)


def page_url(name: str, *args: object) -> str:
    """The address of one of our pages: ``page_url("account", account.pk)``."""
    return reverse(f"backoffice:{name}", args=args)
