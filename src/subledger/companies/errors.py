from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid


class CompanyInvalid(Invalid):
    code = "company_invalid"


class PermissionDenied(DomainError):
    code, status = "permission_denied", 403

    def __init__(self, permission: str, *, title: str) -> None:
        self.permission = permission
        super().__init__(
            f"Not allowed: your role lacks {permission!r} ({title}). Ask an administrator of the company for it."
        )


class LastAdministrator(DomainError):
    code = "last_administrator"

    def __init__(self, username: str) -> None:
        super().__init__(
            f"Cannot take this from {username}: nobody else here could let people in or give them roles. "
            "Make somebody else an administrator first."
        )


class ScopeInvalid(Invalid):
    code = "scope_invalid"
