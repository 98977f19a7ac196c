from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.forms import PasswordResetForm

from subledger.platform import jobs

from .services import may_ask_for_reset, sweep_sessions, take_reset_requests


@jobs.sweep(seconds=30)
def sweep_expired_sessions() -> jobs.Counts:
    """Sessions whose time is over open nothing; what they hold need not be kept either."""
    return {"sessions": sweep_sessions()}


class LinkForm(PasswordResetForm):
    def get_users(self, email: str) -> Any:
        return (user for user in super().get_users(email) if may_ask_for_reset(user=user))


@jobs.sweep(seconds=5)
def send_reset_links() -> jobs.Counts:
    """Mail a link to whoever has an address that was asked for; the link stands in the mail alone."""
    taken = take_reset_requests()
    for asked in taken:
        form, site = LinkForm({"email": asked.email}), urlsplit(asked.site)
        if form.is_valid():
            form.save(
                domain_override=site.netloc,
                use_https=site.scheme == "https",
                subject_template_name="people/mail/new_password_subject.txt",
                email_template_name="people/mail/new_password.txt",
            )
    return {"asked": len(taken)}
