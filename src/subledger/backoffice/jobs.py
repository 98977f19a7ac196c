"""What workers do for pages: mail links to set a new password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.forms import PasswordResetForm

from subledger.people.services import may_ask_for_reset, take_reset_requests
from subledger.platform import jobs


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
                subject_template_name="backoffice/mail/new_password_subject.txt",
                email_template_name="backoffice/mail/new_password.txt",
            )
    return {"asked": len(taken)}
