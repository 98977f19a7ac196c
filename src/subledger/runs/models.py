from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from subledger.companies.models import Company
from subledger.companies.owned import Owned, one_of
from subledger.platform.fields import minor_field
from subledger.platform.scope import ScopedManager

from .states import OPEN, DefinitionState, Outcome, RunState, Stage

OPEN_STATES = [state.value for state in OPEN]
WITHOUT_REASON = [Outcome.OPEN.value, Outcome.SUCCEEDED.value]
WORKED = [RunState.WAITING.value, RunState.RUNNING.value]


class RunDefinition(Owned):
    """Which kind of run, with which criteria, and when. What it says changes only while it is not effective."""

    PREFIX = "rde"

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    criteria = models.JSONField(default=dict)
    schedule = models.JSONField(default=dict)  # {}: none; see rules.schedules
    state = models.CharField(max_length=20, default=DefinitionState.DRAFT)
    version = models.IntegerField(default=1)  # raised by every change of what it says
    is_submitted = models.BooleanField(default=False)  # its schedule is in force
    next_at = models.DateTimeField(null=True)  # when it is due next
    created_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        verbose_name = "run definition"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("company", "name", name="run_definition_name"),
            one_of("state", DefinitionState, name="run_definition_state"),
            models.CheckConstraint(
                condition=Q(is_submitted=False) | Q(state=DefinitionState.EFFECTIVE.value),
                name="run_definition_submitted",
            ),
            models.CheckConstraint(condition=Q(next_at=None) | Q(is_submitted=True), name="run_definition_next"),
        ]
        indexes = [models.Index("next_at", condition=Q(is_submitted=True), name="run_definition_due")]

    def __str__(self) -> str:
        return self.name


class Run(Owned):
    """One execution. What it was asked to do is frozen on its row."""

    PREFIX = "run"

    definition = models.ForeignKey(RunDefinition, models.PROTECT, null=True, related_name="runs")
    definition_version = models.IntegerField(null=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    criteria = models.JSONField(default=dict)
    as_of = models.DateField()
    due_at = models.DateTimeField(null=True)  # by its schedule
    missed = models.IntegerField(default=0)  # due times before this one that nobody was there for, up to `MOST_COUNTED`
    request_id = models.CharField(max_length=128, blank=True, default="")  # of who asked
    state = models.CharField(max_length=30, default=RunState.WAITING)
    stage = models.CharField(max_length=20, default=Stage.SELECT)
    error = models.TextField(blank=True, default="")  # why it failed
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()  # somebody worked on it
    actor = models.TextField()
    changed_by = models.TextField(blank=True, default="")  # who paused, resumed or cancelled it last

    class Meta:
        verbose_name = "run"
        ordering = ["-id"]
        constraints = [
            one_of("state", RunState, name="run_state"),
            one_of("stage", Stage, name="run_stage"),
            models.UniqueConstraint("definition", "due_at", name="run_due_once"),
            models.UniqueConstraint("definition", condition=Q(state__in=OPEN_STATES), name="run_one_open"),
            models.CheckConstraint(condition=Q(state__in=OPEN_STATES) ^ Q(ended_at__isnull=False), name="run_ended"),
        ]
        indexes = [models.Index("touched_at", condition=Q(state__in=WORKED),
                                name="run_to_work")]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class RunStage(models.Model):
    """A stage that was entered: how often since something of it was done, and when it was over."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=20)
    entries = models.IntegerField(default=1)
    entered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # Of the batch in hand, where that takes long (`progress`): what it does, how many are done, and of how many.
    doing = models.CharField(max_length=60, blank=True, db_default="")
    reached = models.BigIntegerField(null=True)
    target = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("run", "stage", name="run_stage_once")]


class RunStep(Owned):
    """One thing that a run takes up, or leaves alone. It leaves the outcome ``open`` once."""

    PREFIX: ClassVar[str] = "rst"

    # Found by their run, which the indexes below begin with: hundreds of thousands are written at once, and again.
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="steps", db_index=False)
    key = models.CharField(max_length=200)
    position = models.BigIntegerField()
    prefix = models.CharField(max_length=3, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    amount_minor = minor_field(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    outcome = models.CharField(max_length=12, default=Outcome.OPEN)
    reason = models.CharField(max_length=60, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "step"
        constraints = [
            models.UniqueConstraint("run", "key", name="run_step_key"),
            one_of("outcome", Outcome, name="run_step_outcome"),
            models.CheckConstraint(
                condition=Q(outcome__in=WITHOUT_REASON, reason="") | ~Q(outcome__in=WITHOUT_REASON) & ~Q(reason=""),
                name="run_step_reason",
            ),
            models.CheckConstraint(condition=Q(amount_minor=None) ^ ~Q(currency=""), name="run_step_currency"),
        ]
        indexes = [models.Index("run", "outcome", "position", name="run_step_by_outcome")]


class RunFile(Owned):
    """A file that a run made, for whoever asked for it: kept for some weeks (`services.files`)."""

    PREFIX = "rfi"

    run = models.ForeignKey(Run, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_part = models.BooleanField(default=False)  # of a file that is made at the run's end: shown to nobody
    facts = models.JSONField(default=dict)  # what its kind keeps of it
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)  # somebody has it

    class Meta:
        verbose_name = "file of a run"
        constraints = [models.UniqueConstraint("run", "name", name="run_file_name")]
        indexes = [models.Index("made_at", name="run_file_made")]

    def __str__(self) -> str:
        return self.name


class RunFileChunk(models.Model):
    """Some of the bytes of a file, in their order."""

    pk = models.CompositePrimaryKey("file_id", "position")
    file = models.ForeignKey(RunFile, models.CASCADE, related_name="chunks", db_index=False)
    position = models.IntegerField()
    content = models.BinaryField()

    objects = ScopedManager("file__company_id")
    unscoped = models.Manager()


class RunTally(models.Model):
    """How many steps of a run have an outcome for a reason, and what they amount to. Kept by the steps' triggers."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="tallies")
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    steps = models.BigIntegerField()
    amount_minor = models.DecimalField(max_digits=38, decimal_places=0)

    class Meta:
        constraints = [models.UniqueConstraint("run", "outcome", "reason", "currency", name="run_tally_once")]
