"""``python -m tests.migrations.record``: append the digests of new SQL versions to those that are kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOMS = Path(__file__).parents[2] / "src" / "subledger"
KEPT = Path(__file__).with_name("sql_versions.json")
FILES = sorted(ROOMS.glob("*/sql/*.sql"))


def digests() -> dict[str, str]:
    return {f"{path.parts[-3]}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in FILES}


if __name__ == "__main__":
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    KEPT.write_text(json.dumps(dict(sorted({**digests(), **known}.items())), indent=2) + "\n")
