from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from subledger.companies.models import Company, Role
from subledger.platform.fields import Record
from subledger.platform.scope import ScopedManager


class Login(Record):
    """What a login needs besides its password. A user without a row has the defaults."""

    PREFIX = "log"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="login")
    must_change_password = models.BooleanField(default=False)  # somebody else knows the present one
    reset_asked_at = models.DateTimeField(null=True)
    sealed_totp_key = models.TextField(blank=True)  # empty: no second factor
    totp_since = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=-1)  # a code is good once


class RecoveryCode(Record):
    """Stands in once for the second factor. Kept as a hash: the code itself is 120 random bits."""

    PREFIX = "rec"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "code_hash", name="recovery_code_once")]


class Invitation(Record):
    """A place in a company that waits for its person; the link is kept as a hash."""

    PREFIX = "inv"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=150, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_ended_once")
        ]


class ResetRequest(Record):
    """Somebody asked for a link to the login of an address, known here or not: a worker finds out, not the page."""

    PREFIX = "rsr"

    email = models.EmailField(unique=True)
    site = models.TextField()  # where the link leads: https://books.example.com
    asked_at = models.DateTimeField()


class Session(AbstractBaseSession):
    """A login of one browser. ``session_key`` is the hash of what its cookie says, so that no row opens anything."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(null=True)
    address = models.TextField(blank=True)
    device = models.CharField(max_length=300, blank=True)
