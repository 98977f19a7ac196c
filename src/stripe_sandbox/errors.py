"""Refusals, in the words and codes of https://docs.stripe.com/error-codes."""

from typing import Any


class StripeError(Exception):
    """An answer that is an error: its HTTP status and the members of its ``error`` object.

    ``is_kept`` says whether an idempotency key remembers it: what fails before an endpoint begins is not kept.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        type: str = "invalid_request_error",
        status: int = 400,
        is_kept: bool = True,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.is_kept, self.headers = status, is_kept, headers or {}
        self.code = code
        members = {"code": code, "message": message, "param": param, "type": type, **more}
        if code:
            members["doc_url"] = "https://stripe.com/docs/error-codes/" + code.replace("_", "-")
        self.members = {name: value for name, value in members.items() if value is not None}


def invalid(message: str, param: str | None = None, code: str | None = None, **more: Any) -> StripeError:
    """A request that Stripe refuses with 400."""
    return StripeError(message, code=code, param=param, **more)


def missing_param(param: str) -> StripeError:
    return StripeError(f"Missing required param: {param}.", code="parameter_missing", param=param, is_kept=False)


def no_such(noun: str, object_id: str, param: str | None = "id", *, status: int = 404, hint: str = "") -> StripeError:
    """Nothing has that id. 404 where the id is in the path, 400 where it is a parameter."""
    return StripeError(f"No such {noun}: '{object_id}'{hint}", code="resource_missing", param=param, status=status)


def unexpected_state(code: str, message: str, **more: Any) -> StripeError:
    """The object is in a state in which that cannot be done."""
    return StripeError(message, code=code, **more)


def refuse_unsupported(given: dict[str, Any], *names: str) -> None:
    """Refuse parameters that Stripe takes and this sandbox would have to ignore."""
    for name in names:
        if name in given:
            raise invalid(f"This sandbox does not support `{name}`.", name, is_kept=False)


def unauthorised(message: str, code: str | None = None) -> StripeError:
    headers = {"WWW-Authenticate": 'Bearer realm="Stripe"'}
    return StripeError(message, code=code, status=401, is_kept=False, headers=headers)


def unrecognised_url(method: str, path: str) -> StripeError:
    return StripeError(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
        status=404,
        is_kept=False,
    )


def rate_limited() -> StripeError:
    return StripeError(
        "Request rate limit exceeded. Learn more about rate limits at https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        status=429,
        is_kept=False,
        headers={"Stripe-Should-Retry": "true", "Stripe-Rate-Limited-Reason": "global-rate"},
    )


def server_error(*, is_kept: bool) -> StripeError:
    """A 500. A kept one is replayed for its key, so that retrying with the same key is of no use."""
    return StripeError(
        "An unknown error occurred",
        type="api_error",
        status=500,
        is_kept=is_kept,
        headers={"Stripe-Should-Retry": "false" if is_kept else "true"},
    )
