"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "run_definition.created": "what it says; fields as [before, after]",
    "run_definition.changed": "what it says; fields as [before, after]",
    "run_definition.deleted": "what it says; fields as [before, after]",
    "run_definition.effective": "it is in force, or no more; its schedule is, with the first time",
    "run_definition.not_effective": "it is in force, or no more; its schedule is, with the first time",
    "run_definition.submitted": "it is in force, or no more; its schedule is, with the first time",
    "run.created": "kind, name, as-of day; how many due times were missed before it",
    "run.paused": "who stopped it and had it go on; how many steps were not done",
    "run.resumed": "who stopped it and had it go on; how many steps were not done",
    "run.cancelled": "who stopped it and had it go on; how many steps were not done",
    "run.completed": "its end; why it failed",
    "run.completed_with_errors": "its end; why it failed",
    "run.failed": "its end; why it failed",
}
