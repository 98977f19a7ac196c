"""What the API itself refuses, before any service is asked."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Door, Invalid


class InvalidRequest(Invalid):
    code = "invalid_request"


class Unauthorized(DomainError):
    code, status = "unauthorized", 401

    def __init__(self) -> None:
        super().__init__(
            "No live API key came with the request. Send 'Authorization: Bearer sk_…'; "
            "'subledger apikey create' makes a key."
        )


class KeyOnlyReads(DomainError):
    code, status = "permission_denied", 403

    def __init__(self) -> None:
        super().__init__("Not allowed: this API key may read and change nothing. Use a key that may.")


class NoSuchPath(DomainError):
    code, status = "not_found", 404

    def __init__(self, path: str) -> None:
        super().__init__(f"There is nothing at {path}. The paths are listed at /api/v1/docs.")


class MethodNotAllowed(DomainError):
    code, status = "method_not_allowed", 405

    def __init__(self, method: str, path: str, allowed: str) -> None:
        super().__init__(f"{method} is not possible on {path}. Possible here: {allowed}.")


class ContentTypeUnsupported(DomainError):
    code, status = "content_type_unsupported", 415

    def __init__(self, content_type: str) -> None:
        super().__init__(f"The body is {content_type or 'of no stated type'}. Send JSON as application/json.")


class JsonInvalid(DomainError):
    code, status = "json_invalid", 400

    def __init__(self) -> None:
        super().__init__("The body is not JSON in UTF-8 (RFC 8259). Correct it.")


class NestedTooDeep(DomainError):
    code, status = "json_too_deep", 400

    def __init__(self, levels: int) -> None:
        super().__init__(
            f"The body has lists and objects in one another on more than {levels} levels. Nothing here needs as many: "
            "send fewer."
        )


class NameTwice(DomainError):
    code, status = "json_name_twice", 400

    def __init__(self, name: str) -> None:
        shown = name if len(name) <= 60 else f"{name[:60]}…"
        super().__init__(
            f"The body has the name {shown!r} twice in one object, so that it can be read in two ways. Send it once."
        )


class IdempotencyKeyInvalid(DomainError):
    code, status = "idempotency_key_invalid", 400

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID. Send such a one.")


class RateLimited(DomainError):
    code, status = "rate_limited", 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"This API key has sent too many requests. Wait {seconds} s and repeat the request.")


class InternalError(DomainError):
    code, status = "internal_error", 500

    def __init__(self) -> None:
        super().__init__(
            "Something is wrong on our side; it was logged. It is not known whether anything was changed.",
            remedies={
                Door.API: "Repeat the request with the same Idempotency-Key: what was done is not done again. Without "
                "one, look first whether it was done."
            },
        )
