"""Logins, failed ones and logouts as events: Django tells of them by signals."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from subledger.platform import clock

from .sessions import ADDRESS, CREATED, DEVICE
from .throttle import address_of, let_in_again
from .trail import record_name_event, record_user_event


@receiver(user_logged_in)
def logged_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    if not request.META.get("REMOTE_ADDR"):  # a test's own, without a browser
        return
    address = address_of(request)
    request.session[CREATED] = clock.now().isoformat()
    request.session[ADDRESS] = address
    request.session[DEVICE] = request.headers.get("User-Agent", "")[:300]
    let_in_again(user.get_username())
    record_user_event(user, "logged_in", actor=f"user:{user.get_username()}", address=address)


@receiver(user_logged_out)
def logged_out(sender: Any, request: Any, user: Any, **_: Any) -> None:
    if user is not None:
        record_user_event(user, "logged_out", actor=f"user:{user.get_username()}", address=address_of(request))


@receiver(user_login_failed)
def login_failed(sender: Any, credentials: Any, request: Any = None, **_: Any) -> None:
    if request is None or getattr(request, "axes_locked_out", False):
        return  # told when it was locked: whoever goes on fills no trail
    record_name_event(str(credentials.get("username", "")), "login_failed", address=address_of(request))


@receiver(user_locked_out)
def locked_out(sender: Any, request: Any, username: str, ip_address: str, **_: Any) -> None:
    if getattr(request, "axes_failures_since_start", None) is None:
        return  # a try while it is locked: told when it was
    record_name_event(username or "", "locked_out", address=ip_address)
