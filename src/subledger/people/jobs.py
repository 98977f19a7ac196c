from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.forms import PasswordResetForm
from django.urls import reverse

from subledger.companies.queries import memberships_of_anybody
from subledger.kernel.errors import DomainError
from subledger.platform import jobs
from subledger.platform.scope import company_scope

from .letters import send_password_link
from .services import may_ask_for_reset, sweep_sessions, take_reset_requests

logger = logging.getLogger("subledger.worker")


@jobs.sweep(seconds=30)
def sweep_expired_sessions() -> jobs.Counts:
    """Sessions whose time is over open nothing; what they hold need not be kept either."""
    return {"sessions": sweep_sessions()}


class LinkForm(PasswordResetForm):
    """Whom a link goes to, and how: through the outbox of a company that they work for, else at once."""

    once = ""

    def get_users(self, email: str) -> Any:
        return (user for user in super().get_users(email) if may_ask_for_reset(user=user))

    def send_mail(self, *arguments: Any, **named: Any) -> None:
        context = arguments[2]
        user = context["user"]
        place = next(iter(memberships_of_anybody(user)), None)
        path = reverse("backoffice:new_password", args=[context["uid"], context["token"]])
        if place is not None:
            try:
                with company_scope(place.company_id):
                    send_password_link(
                        user=user,
                        membership_id=place.pk,
                        link=f"{context['protocol']}://{context['domain']}{path}",
                        once=self.once,
                    )
            except DomainError as refusal:  # no template, say: a person waits for the link all the same
                logger.warning("a link to set a new password goes out at once: %s", refusal)
            else:
                return
        super().send_mail(*arguments, **named)


@jobs.sweep(seconds=5)
def send_reset_links() -> jobs.Counts:
    """Mail a link to whoever has an address that was asked for; the link stands in the mail alone."""
    taken = take_reset_requests()
    for asked in taken:
        form, site = LinkForm({"email": asked.email}), urlsplit(asked.site)
        form.once = asked.public_id
        if form.is_valid():
            form.save(
                domain_override=site.netloc,
                use_https=site.scheme == "https",
                subject_template_name="people/mail/new_password_subject.txt",
                email_template_name="people/mail/new_password.txt",
            )
    return {"asked": len(taken)}
