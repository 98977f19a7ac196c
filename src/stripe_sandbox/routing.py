"""Endpoints: which function answers which method and path."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stripe_sandbox.clock import Timeline
from stripe_sandbox.params import ROUTES
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account, AccountWorld


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower-case; ``path`` comes without the query."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """One HTTP answer.

    ``delay`` is how many seconds to wait before sending it; whoever sends it calls ``sent`` then, if there is one.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    delay: float = 0.0
    sent: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing comes back. ``is_done`` says whether the work was done; ``wait`` is how long the line stays open."""

    is_done: bool
    wait: float = 0.0


Outcome = Response | NoAnswer


@dataclass(slots=True)
class Call:
    """One request to an API endpoint, authenticated and with its parameters checked and typed."""

    account: Account
    method: str
    url: str
    path: dict[str, str]
    params: dict[str, Any]
    request_id: str
    idempotency_key: str | None

    @property
    def sandbox(self) -> AccountWorld:
        return self.account.sandbox

    @property
    def timeline(self) -> Timeline:
        return self.account.timeline

    @property
    def now(self) -> int:
        return self.account.now

    def named(self, kind: str) -> Object:
        """The object of that kind that the path names first; 404 if there is none."""
        return self.account.get(kind, next(iter(self.path.values())))


ApiFunction = Callable[[Call], Object]
#: Of the whole world (`world.World`), which stands above this module.
PageFunction = Callable[[Any, Request, dict[str, str]], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint. ``params`` names the declared type of its parameters; ``is_api`` sets pages and control apart."""

    method: str
    path: str
    function: Callable[..., Any]
    params: str | None = None
    is_api: bool = True


class Router:
    """All endpoints, found by walking the path once."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, route: Route) -> None:
        node = self._tree
        for part in route.path.strip("/").split("/"):
            node = node.setdefault("{}" if part.startswith("{") else part, {})
        methods = node.setdefault("", {})
        if route.method in methods:
            raise ValueError(f"{route.method} {route.path} is taken")
        methods[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The endpoint for a request, with what its path named."""
        node, values = self._tree, []
        for part in path.strip("/").split("/"):
            if part in node:
                node = node[part]
            elif part and "{}" in node:
                node = node["{}"]
                values.append(part)
            else:
                return None
        route: Route | None = node.get("", {}).get(method)
        if route is None:
            return None
        names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
        return route, dict(zip(names, values, strict=True))


ROUTER = Router()


def route(method: str, path: str, *, like: str | None = None) -> Callable[[ApiFunction], ApiFunction]:
    """Register an API endpoint, spelled as the SDK spells it; its parameters are those that the SDK declares.

    ``like="POST /v1/refunds"`` takes another endpoint's parameters, for paths that the SDK has no service for.
    """

    def register(function: ApiFunction) -> ApiFunction:
        ROUTER.add(Route(method, path, function, ROUTES[like or f"{method} {path}"]))
        return function

    return register


def web(method: str, path: str) -> Callable[[PageFunction], PageFunction]:
    """Register something that is not Stripe's API: a page for a person, or control of the sandbox."""

    def register(function: PageFunction) -> PageFunction:
        ROUTER.add(Route(method, path, function, is_api=False))
        return function

    return register
