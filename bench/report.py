"""Keeps the results of full runs in ``results.json`` and renders the newest of each into ``docs/``."""

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import subledger
from bench.frame import Bench, Bound, Result, Skipped

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

INTRODUCTION = """\
# Benchmarks

Rendered from `bench/results.json` by `make bench`; do not edit. Each figure of ours is measured beside a
yardstick in the same run, on the same PostgreSQL with default durability (`fsync`, `synchronous_commit` and
`full_page_writes` on), in turns (ours, yardstick, ours, …). Shown are medians. The ratio is ours ÷
yardstick, in brackets the least and the most of a round: a verdict on a promise that lies between them is
not firm. For rates more is better and the promise is a floor (≥), for durations less is better and the
promise is a ceiling (≤); where none is given, the figure only informs. Absolute figures drift with the
machine, ratios much less. Ratios of one client or writer drift, too: pgbench's one client waits for the disk
and ours for the processor, so that a faster disk makes them worse and a faster processor better. A load
average before of more than a few tenths says that the machine was not ours alone. Web servers are measured
without a worker beside them. What bounds those that are broken is said in
[performance](performance.md#where-the-promises-are-not-kept-yet).
"""


def line(outcome: Result | Skipped) -> str:
    """One outcome on one line, for the terminal."""
    if isinstance(outcome, Skipped):
        return f"{outcome.case}: skipped. {outcome.reason}"
    ours, yardstick = figure(statistics.median(outcome.ours)), figure(statistics.median(outcome.yardstick))
    verdict = "no promise"
    if outcome.bound:
        verdict = f"promised {outcome.bound}: {'kept' if outcome.kept else 'BROKEN'}"
    return (
        f"{outcome.case}: ours {ours}, {outcome.yardstick_name} {yardstick} {outcome.unit}; "
        f"ratio {figure(outcome.ratio)}{spread(outcome)}, {verdict}"
    )


def spread(result: Result) -> str:
    """The least and the most of the ratios of single rounds, where there were several."""
    if len(result.ours) < 2:
        return ""
    return f" ({figure(min(result.ratios))} to {figure(max(result.ratios))})"


def figure(value: float) -> str:
    """Three significant digits, and no more of them than a noisy machine can mean."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def record(bench: Bench, outcomes: Mapping[str, Sequence[Result | Skipped]], *, load: float) -> None:
    """Append this run to ``results.json`` and render the page.

    Args:
        outcomes: by benchmark title.
        load: the machine's load average of a minute, before it began.
    """
    runs = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    settings = bench.server.settings()
    runs.append(
        {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "machine": machine(),
            "commit": commit(),
            "load_before": round(load, 2),
            "versions": {
                "Python": platform.python_version(),
                "PostgreSQL": settings["server_version"],
                "subledger": subledger.__version__,
                **{name: metadata.version(name) for name in ("Django", "psycopg")},
            },
            "settings": settings,
            "benchmarks": {title: [asdict(outcome) for outcome in found] for title, found in outcomes.items()},
        }
    )
    RESULTS.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(runs))


def commit() -> str:
    """Of what was measured, with a word where files differ from it; "" outside a repository."""
    asked = (["git", "rev-parse", "--short=10", "HEAD"], ["git", "status", "--porcelain", "--", "src", "bench"])
    try:
        found, changed = (
            subprocess.run(one, cwd=PAGE.parent.parent, capture_output=True, text=True, check=True).stdout.rstrip()
            for one in asked
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    ours = {f"bench/{RESULTS.name}"}  # written by the benchmarks before this one
    is_changed = any(line[3:] not in ours for line in changed.splitlines())
    return f"{found}, changed" if is_changed else found


def machine() -> str:
    """What figures depend on, without naming anybody's computer."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [row.split(":", 1)[1].strip() for row in cpuinfo.read_text().splitlines() if "model name" in row]
        model = named[0] if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB memory, {platform.system()}"


def render(runs: Sequence[Mapping[str, Any]]) -> str:
    """The page: for each benchmark, its newest run."""
    newest = {title: run for run in runs for title in run["benchmarks"]}
    sections = [INTRODUCTION]
    for title, run in newest.items():
        versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        rows = [_row(outcome) for outcome in run["benchmarks"][title]]
        sections.append(
            f"## {title}\n\n{run['date']} on {run['machine']}; {versions}{_circumstances(run)}.\n\n"
            "| case | ours | yardstick | unit | ratio | promised | |\n|---|---:|---:|---|---:|---:|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    return "\n".join(sections)


def _circumstances(run: Mapping[str, Any]) -> str:
    """What older records do not tell."""
    told = f"; commit {run['commit']}" if run.get("commit") else ""
    return f"{told}; load average before {run['load_before']}" if "load_before" in run else told


def _row(outcome: Mapping[str, Any]) -> str:
    if "reason" in outcome:
        return f"| {outcome['case']} | | | | | | skipped: {outcome['reason']} |"
    bound = Bound(**outcome["bound"]) if outcome["bound"] else None
    result = Result(**{**outcome, "bound": bound})
    ours, yardstick = figure(statistics.median(result.ours)), figure(statistics.median(result.yardstick))
    verdict = ("kept" if result.kept else "**broken**") if bound else ""
    return (
        f"| {result.case} | {ours} | {result.yardstick_name}: {yardstick} | {result.unit} "
        f"| {figure(result.ratio)}{spread(result)} | {bound or ''} | {verdict} |"
    )
