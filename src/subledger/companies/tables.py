"""What people configure of the company itself: roles."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.configuration import CODE, NAME, ConfigurationField, ConfigurationTable, FieldKind

from .models import Role
from .permissions import MANAGES_PEOPLE, permissions

ROLES = ConfigurationTable(
    model=Role,
    name="roles",
    title=say("Roles"),
    noun=say("role"),
    about=say("What each role may do."),
    group=say("People"),
    position=50,
    permission=MANAGES_PEOPLE,
    resource=False,  # read only in the API: who may do what is not for keys to change
    fields=(
        NAME,
        CODE,
        ConfigurationField(name="permissions", kind=FieldKind.WORDS, vocabulary=lambda: list(permissions().items())),
    ),
    columns=("name", "code", "permissions"),
)

TABLES = (ROLES,)
