"""Records and late charges stay; what became of a letter may be noted."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("dunning", "dunning_record_stays_v2"),
        installs("dunning", "dunning_claim_stays_v1"),
        installs("dunning", "dunning_plan_rated_v1"),
    ),
    guards=(
        append_only("dunning_dunningrecord", updates=True),
        append_only("dunning_dunningclaim", updates=True),
        append_only("dunning_dunningassignment", updates=True),
    ),
    superseded=(installs("dunning", "dunning_record_stays_v1"),),
)
