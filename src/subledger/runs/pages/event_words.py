"""What events of runs are called on pages."""

from __future__ import annotations

EVENT_WORDS = {
    "run_definition.created": "Run definition written",
    "run_definition.changed": "Run definition changed",
    "run_definition.effective": "Run definition made effective",
    "run_definition.not_effective": "Run definition made not effective",
    "run_definition.submitted": "Schedule of the run definition put in force",
    "run_definition.deleted": "Run definition deleted",
    "run.created": "Run started",
    "run.paused": "Run paused",
    "run.resumed": "Run resumed",
    "run.cancelled": "Rest of the run cancelled",
    "run.completed": "Run completed",
    "run.completed_with_errors": "Run completed, some steps failed",
    "run.failed": "Run failed",
}
THINGS = {"run_definition": "Run definition", "run": "Run"}
