from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from subledger.platform.fields import Record, currency_field
from subledger.platform.scope import ScopedManager


class Company(Record):
    """A legal entity with its own books: everything else belongs to exactly one."""

    PREFIX = "com"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")  # IANA name; business dates are read in it
    base_currency = currency_field()
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1, upper case
    # How its people and files write numbers, by an example such as "1.234,56"; "": not said (see kernel.numbers).
    number_format = models.CharField(max_length=20, blank=True, default="", db_default="")
    date_format = models.CharField(max_length=20, blank=True, default="", db_default="")  # the same of days
    requires_second_factor = models.BooleanField(default=False, db_default=False)  # of everybody who looks at it
    config_version = models.BigIntegerField(default=1)  # set anew by trigger on every change of settings
    # What rooms declare and it was given, such as "permission view": see `provision`.
    provided = ArrayField(models.TextField(), default=list, db_default=[])
    # Steps of setting it up that somebody went through, and whether the way was put away: see `setup`.
    setup = ArrayField(models.TextField(), default=list, db_default=[])
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(Record):
    PREFIX = "rol"

    company = models.ForeignKey(Company, models.PROTECT, related_name="roles")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    permissions = ArrayField(models.CharField(max_length=40), default=list)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("company", "code", name="role_code")]

    def __str__(self) -> str:
        return self.name


class Membership(Record):
    """A person's place in a company: one role each."""

    PREFIX = "mem"

    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, models.PROTECT)
    # How this person reads and writes them; "": as the company does.
    number_format = models.CharField(max_length=20, blank=True, default="", db_default="")
    date_format = models.CharField(max_length=20, blank=True, default="", db_default="")

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", name="membership_user")]


class ApiKey(Record):
    PREFIX = "key"

    company = models.ForeignKey(Company, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    hint = models.CharField(max_length=12)  # "sk_…a1b2": enough to tell keys apart, useless to open anything
    secret_hash = models.CharField(max_length=64, unique=True)  # sha-256; the key itself is 256 random bits
    scopes = ArrayField(models.CharField(max_length=60), default=list)  # read, write, <resource>:read, <resource>:write
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    unscoped = models.Manager()
