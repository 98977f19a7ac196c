"""What an operator copies from `deploy/` and from the installation's page fits the program and those who read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.urls import URLResolver, get_resolver

from subledger.config import environment
from subledger.config.logs import SECRET_PARTS
from subledger.config.web.bodies import LIMIT
from subledger.config.web.routes import METRICS, READY

ROOT = Path(__file__).parents[2]
NGINX = (ROOT / "deploy/nginx.conf").read_text()
CADDY = (ROOT / "deploy/Caddyfile").read_text()
MIB = 1024**2
ADDRESS = "0" * 13  # what stands in the place of an id


def addresses(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, set[str], Any]]:
    """Every address, with the names of what varies in it and its view."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            names = re.findall(r"<(?:\w+:)?(\w+)>", route)
            yield "/" + re.sub(r"<[^>]+>", ADDRESS, route), set(names), pattern.callback


def every_address() -> list[tuple[str, set[str], Any]]:
    return list(addresses(get_resolver().url_patterns))


def test_proxies_let_the_largest_import_through_where_files_go_and_1_mib_elsewhere():
    largest = environment.load({}).import_limit_mib * MIB
    uploads = re.search(r"location ~ (\S*imports/new\S*) \{\s+client_max_body_size (\d+)m;", NGINX)
    assert uploads is not None
    assert int(uploads[2]) * MIB > largest
    assert re.findall(r"client_max_body_size (\w+);", NGINX) == [f"{LIMIT // MIB}m", f"{uploads[2]}m"]
    assert f"@uploads path_regexp {uploads[1]}" in CADDY
    assert f"@others not path_regexp {uploads[1]}" in CADDY
    limits = dict(re.findall(r"request_body @(\w+) \{\s+max_size (\d+)MiB", CADDY))
    assert limits == {"uploads": uploads[2], "others": str(LIMIT // MIB)}
    takes = {
        route for route, _, view in every_address() if getattr(getattr(view, "view_class", view), "takes_files", 0)
    }
    assert len(takes) == 4
    assert takes == {route for route, _, _ in every_address() if re.search(uploads[1], route)}


def test_no_address_that_opens_something_is_written_to_a_proxys_log():
    masked = re.search(r"~(\S+) /\$subledger_link/\.\.\.;\n    default \$request_uri;", NGINX)
    assert masked is not None
    of_caddy = re.search(r"request>uri regexp (\S+)", CADDY)
    assert of_caddy is not None
    secret = {route for route, names, _ in every_address() if names & SECRET_PARTS}
    assert len(secret) >= 3
    for route in secret:
        assert re.match(masked[1].replace("?<", "?P<"), route), route
        assert ADDRESS not in re.sub(of_caddy[1], r"/\1/...", route), route
    quiet = re.search(r"location ~ (\S+) \{\s+error_log \S+ crit;", NGINX)
    assert quiet is not None
    assert quiet[1] == masked[1].replace("?<subledger_link>", "")
    servers = NGINX.split("server {")[1:]
    assert len(servers) == 2
    assert all("access_log /var/log/nginx/subledger.log subledger;" in each for each in servers)
    said = NGINX.partition("log_format")[2].partition(";")[0]
    assert "$request " not in said
    assert '$request"' not in said
    assert "$request_uri" not in said
    assert "referer" not in said


def test_strangers_are_told_neither_figures_nor_whether_we_are_ready():
    for path in (METRICS, READY):
        assert f"location = {path} {{ deny all; }}" in NGINX
    assert f"@watch path {METRICS} {READY}\n\trespond @watch 403" in CADDY


def test_settings_are_lines_that_systemd_reads_as_they_are_meant():
    """It knows no comment behind a value: the comment would become a part of the key."""
    page = (ROOT / "docs/runbooks/install.md").read_text()
    section = page.split("## 3. Settings")[1]
    block = re.search(r"```ini\n(.*?)```", section, re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[A-Z_]+=[^ #]+", line), line
