"""What events of runs are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {
    "run_definition.created": say("Run definition written"),
    "run_definition.changed": say("Run definition changed"),
    "run_definition.effective": say("Run definition made effective"),
    "run_definition.not_effective": say("Run definition made not effective"),
    "run_definition.submitted": say("Schedule of the run definition put in force"),
    "run_definition.deleted": say("Run definition deleted"),
    "run.created": say("Run started"),
    "run.paused": say("Run paused"),
    "run.resumed": say("Run resumed"),
    "run.cancelled": say("Rest of the run cancelled"),
    "run.completed": say("Run completed"),
    "run.completed_with_errors": say("Run completed, some steps failed"),
    "run.failed": say("Run failed"),
}
THINGS = {"run_definition": say("Run definition"), "run": say("Run")}
