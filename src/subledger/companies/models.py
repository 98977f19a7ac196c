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
    # Of pages, where a person has not said their own: a code of `kernel.languages.PAGE_LANGUAGES`; "" is English.
    language = models.CharField(max_length=8, blank=True, default="", db_default="")
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
    # How this person reads and writes them, and the language of their pages; "": as the company does.
    number_format = models.CharField(max_length=20, blank=True, default="", db_default="")
    date_format = models.CharField(max_length=20, blank=True, default="", db_default="")
    language = models.CharField(max_length=8, blank=True, default="", db_default="")  # of pages

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


class SavedView(Record):
    """A list as somebody keeps it: what it is narrowed to, its order and its columns, under a name.

    Without an owner it is the company's: everybody finds it there.
    """

    PREFIX = "svw"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+")
    list_name = models.CharField(max_length=100)  # as `page_kit.kept_lists.list_name` calls it
    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)  # of the address: criteria and sort
    columns = ArrayField(models.CharField(max_length=100), default=list)  # keys in their order; none: those of the list

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "company", "owner", "list_name", "name", name="saved_view_name", nulls_distinct=False
            )
        ]


class ListChoice(Record):
    """How a person looks at a list: its columns, and the view that it opens with."""

    PREFIX = "lch"

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=100)
    columns = ArrayField(models.CharField(max_length=100), default=list)
    opens_with = models.ForeignKey(SavedView, models.SET_NULL, null=True, related_name="+")

    objects = ScopedManager("membership__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("membership", "list_name", name="list_choice_once")]
