"""Steps count themselves and are done once; runs and definitions keep to their life cycles."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("runs", "run_steps_added_v1"), installs("runs", "run_life_v1")),
    guards=(
        append_only("runs_rundefinition", updates=True, deletes=True),
        append_only("runs_run", updates=True),
        append_only("runs_runstage", updates=True),
        append_only("runs_runstep", updates=True),
        append_only("runs_runtally", updates=True),
    ),
)
