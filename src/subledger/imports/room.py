from __future__ import annotations

from subledger.platform.rooms import Permission, Room

ROOM = Room(
    name="imports",
    permissions={
        "imports.run": Permission(
            title="Import files, of what one may enter by hand", roles=frozenset({"billing_manager", "accountant"})
        )
    },
)
