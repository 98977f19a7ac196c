from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say


class CompanyInvalid(Invalid):
    code = "company_invalid"


class ViewInvalid(Invalid):
    code = "view_invalid"


class CodeTaken(Invalid):
    """A code that another row of the company has, whatever door it comes through."""

    code = "code_taken"
    overtaken = True

    def __init__(self, thing: str, value: str, *, param: str) -> None:
        super().__init__(
            say(
                "The {field} {value!r} is taken by another {thing}. Choose another.",
                field=param.strip("/"),
                value=value,
                thing=thing,
            ),
            param=param,
        )


class PermissionDenied(DomainError):
    code, status = "permission_denied", 403

    """Who asks may not do it. ``scopes``: of the API keys that may, where it was a key that asked."""

    def __init__(self, permission: str, *, title: str, scopes: Sequence[str] | None = None) -> None:
        self.permission = permission
        if scopes is None:
            words = say(
                "Not allowed: your role does not include “{title}”. Ask an administrator of the company for it.",
                title=title,
            )
        else:
            words = say(
                "Not allowed: the scopes of this API key do not include “{title}”. Use a key that has it.", title=title
            )
        way = say("The permission is {permission!r}.", permission=permission)
        if scopes:
            way = say(
                "The permission is {permission!r}; these scopes include it: {scopes}.",
                permission=permission,
                scopes=", ".join(scopes),
            )
        super().__init__(words, remedies={Door.API: way})


class LastAdministrator(DomainError):
    code = "last_administrator"

    def __init__(self, username: str) -> None:
        super().__init__(
            say(
                "Cannot take this from {username}: nobody else here could let people in or give them "
                "roles. Make somebody else an administrator first.",
                username=username,
            )
        )


class ScopeInvalid(Invalid):
    code = "scope_invalid"
