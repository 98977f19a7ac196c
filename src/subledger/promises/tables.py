"""What people configure of promises to pay."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.configuration import ConfigurationField, ConfigurationTable, Words

from .models import PromiseDefinition

DEFINITION = ConfigurationTable(
    model=PromiseDefinition,
    name="promise_definition",
    title=say("Promises to pay"),
    noun=say("promise definition"),
    about=say("How many days after an agreed day a promise to pay is broken."),
    note=say("What the company decides about promises to pay."),
    group=say("Collections"),
    position=40,
    fields=(
        ConfigurationField(
            name="grace_days",
            label=say("Days of grace"),
            help=say("Unpaid so many days after the agreed day, a promise is broken. Of promises made from now on."),
        ),
    ),
    columns=("grace_days",),
    sort="grace_days",
    is_single=True,
    words={
        "promise_definition_grace": Words(say("The days of grace are 0 to 365. Correct them."), field="grace_days"),
        "promise_definition_one": Words(
            say("A company has one promise definition. Change the one that it has."), field="grace_days"
        ),
    },
)
TABLES = (DEFINITION,)
