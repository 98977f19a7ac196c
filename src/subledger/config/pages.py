"""Every page: its address from its room's face, and by its class the permission it needs."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from subledger.page_kit.access import person_page, staff_page, visitors_page
from subledger.page_kit.faces import Address, Door, gathered
from subledger.page_kit.url_ids import register_ids

register_ids()


def _precise_first(address: Address) -> list[int]:
    """Part by part: what is written out, then public ids, then what takes any word."""
    return [
        0 if "<" not in part else 2 if part.startswith(("<slug:", "<str:")) else 1 for part in address.route.split("/")
    ]


def _pattern(address: Address) -> URLPattern:
    view = address.view.as_view()
    if address.door == Door.STAFF:
        view = staff_page(view, address.view.permission)
    elif address.door == Door.PERSON:
        view = person_page(view)
    elif address.door == Door.ANYBODY:
        view = visitors_page(view)
    return path(address.route, view, name=address.name)


ADDRESSES = sorted(gathered("paths"), key=_precise_first)
PAGES = [_pattern(address) for address in ADDRESSES if address.door == Door.STAFF]
OTHERS = [_pattern(address) for address in ADDRESSES if address.door != Door.STAFF]

urlpatterns = [path("", include(([*OTHERS, *PAGES], "backoffice")))]
