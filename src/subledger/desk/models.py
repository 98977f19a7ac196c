from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.accounts.models import Account
from subledger.companies.owned import Owned, one_of

from .states import CONTACT_PREFIX, ContactKind


class CollectionContact(Owned):
    """A call, message, letter, visit or remark on an account. It never changes; its follow-up is done once."""

    PREFIX = CONTACT_PREFIX

    account = models.ForeignKey(Account, models.PROTECT, related_name="collection_contacts", db_index=False)
    kind = models.CharField(max_length=7)
    with_whom = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    happened_on = models.DateField()
    follow_up_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(blank=True)
    done_note = models.TextField(blank=True)

    class Meta:
        verbose_name = "collection contact"
        indexes = [
            models.Index("account", "happened_on", name="collection_contact_account"),
            models.Index(
                "company",
                "follow_up_on",
                condition=Q(follow_up_on__isnull=False, done_at=None),
                name="collection_contact_due",
            ),
        ]
        constraints = [
            one_of("kind", ContactKind, name="collection_contact_kind"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(follow_up_on__isnull=False), name="collection_contact_done"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Collector(Owned):
    """Who collects an account: the name under which that person acts. Without a row it is nobody's."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="collector")
    actor = models.TextField()
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index("company", "actor", name="collector_actor")]
