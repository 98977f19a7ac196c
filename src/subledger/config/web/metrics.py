"""Figures for Prometheus: what this process answered, and what stands in the books' queues.

What the web processes of one `serve` count is told as one sum by whichever is asked; what workers do is read from the
database, and is the same wherever it is asked.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from subledger import __version__
from subledger.platform.figures import Figure
from subledger.platform.outages import is_database_away
from subledger.reports import monitoring

REGISTRY = CollectorRegistry()
SECONDS = Histogram(
    "subledger_request_seconds",
    "Requests by route, with the time from their first byte to their answer.",
    ["method", "route"],
    buckets=(0.01, 0.05, 0.1, 0.25, 1, 2.5, 10, 60),
    registry=REGISTRY,
)
REQUESTS = Counter(
    "subledger_requests", "Requests by route and status.", ["method", "route", "status"], registry=REGISTRY
)
REFUSALS = Counter("subledger_refusals", "Refusals by their code.", ["code"], registry=REGISTRY)
UNDER_WAY = Gauge(
    "subledger_requests_under_way",
    "Requests that hold or wait for a thread, by kind.",
    ["kind"],
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
# Where the web processes keep their figures together, while there are several; read by prometheus_client at its import.
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count(*, route: str, method: str, status: int, seconds: float, code: str = "") -> None:
    method = method if method in METHODS else "other"
    SECONDS.labels(method, route).observe(seconds)
    REQUESTS.labels(method, route, status).inc()
    if code:
        REFUSALS.labels(code).inc()


class Books(Collector):
    """The version, and what the database says, asked when it is asked for."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        version = GaugeMetricFamily("subledger_info", "The version that answers.", labels=["version"])
        version.add_metric([__version__], 1.0)
        yield version
        up = GaugeMetricFamily("subledger_database_up", "Whether the database answers: 1, or 0 and nothing below.")
        try:
            found = [_family(figure) for figure in monitoring.figures()]
        except DatabaseError as error:
            if not is_database_away(error):
                raise
            found = []
        up.add_metric([], float(bool(found)))
        yield from (up, *found)


def _family(figure: Figure) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"subledger_{figure.name}", figure.says, labels=list(figure.labels))
    for labels, value in figure.values:
        family.add_metric([str(label) for label in labels], float(value))
    return family


REGISTRY.register(Books())


def _registry() -> CollectorRegistry:
    """This process's own figures; where there are several processes, the sums of what all of them counted."""
    if TOGETHER not in os.environ:
        return REGISTRY
    _forget_the_dead(Path(os.environ[TOGETHER]))
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)
    together.register(Books())
    return together


def _forget_the_dead(directory: Path) -> None:
    """Nothing is under way any more in a process that has ended; what it counted stays counted."""
    for file in directory.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid, str(directory))


def answer(request: HttpRequest) -> HttpResponse:
    """For those on this machine, and for those who know the token; everybody else finds nothing."""
    if not may_read(request):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    # A proxy on this machine is not the one who asks.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
