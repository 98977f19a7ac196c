"""The installation as `docs/runbooks/install.md` tells it: Debian's PostgreSQL, a pooler, TLS by the nginx file we
ship."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from . import debian
from .conftest import SUBLEDGER, Commands

pytestmark = pytest.mark.slow

NGINX = Path(__file__).parents[2] / "deploy/nginx.conf"
HOST = "books.example.com"


@contextmanager
def served(books: Commands, port: int, **more: str) -> Iterator[None]:
    environ = {**books.environ, **more}
    log = books.data_dir.parent / "serve.log"
    with log.open("w") as words:
        process = subprocess.Popen([*SUBLEDGER, "serve", "--port", str(port)], env=environ, stdout=words, stderr=words)
    try:
        debian.await_port(port, log)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and _ready(port) != 200:
            time.sleep(0.2)
        assert _ready(port) == 200, log.read_text()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def _ready(port: int) -> int:
    try:
        return int(urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


@contextmanager
def nginx(directory: Path, *, to: int) -> Iterator[int]:
    """The file we ship, with ports of its own and a certificate of its own."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    directory.mkdir()
    tls, plain = debian.free_port(), debian.free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-keyout", directory / "key.pem", "-out", directory / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    ours = NGINX.read_text()
    for said, here in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;",
        "/etc/ssl/books.example.com.pem": str(directory / "cert.pem"),
        "/etc/ssl/books.example.com.key": str(directory / "key.pem"),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{to}",
        "/var/log/nginx": str(directory),
    }.items():
        assert said in ours
        ours = ours.replace(said, here)
    temporary = "".join(
        f"{kind}_temp_path {directory}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (directory / "nginx.conf").write_text(
        f"daemon off;\npid {directory}/nginx.pid;\nerror_log {directory}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log {directory}/access.log;\n{temporary}{ours}\n}}\n"
    )
    debian.own(directory)
    with debian.running(["nginx", "-c", str(directory / "nginx.conf")], directory / "nginx.log"):
        debian.await_port(tls, directory / "nginx.log")
        yield tls


def ask(port: int, path: str, *, body: Any = None, **headers: str) -> tuple[int, Any]:
    """One request by HTTPS to the name the books are known by; a list as body goes out in chunks."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    data = None if body is None else (part for part in body) if isinstance(body, list) else json.dumps(body).encode()
    request = urllib.request.Request(f"https://127.0.0.1:{port}{path}", data=data)
    for name, value in {"Host": HOST, **headers}.items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, context=context, timeout=240) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def _check_limits(tls: int) -> None:
    """Strangers leave nothing long with the proxy: it refuses, or passes the request on and Subledger refuses."""
    long = "x" * 2 * 1024 * 1024
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, page = ask(tls, "/login/", body=long, **form)
    assert (status, b"nginx" in page) == (413, True)
    status, page = ask(tls, "/imports/new/", body=long, **form)
    assert (status, b"nginx" in page) == (413, False)


def _check_log(tls: int, directory: Path) -> None:
    token = "a-token-that-opens-something"
    for path in (
        f"/pay/{token}",
        f"//pay/{token}?x=1",
        f"/%70ay/{token}",
        f"/password/Mg/{token}/",
        f"/invitation/{token}",
    ):
        ask(tls, path, Referer=f"https://{HOST}/pay/{token}")
    for name in ("subledger.log", "error.log", "access.log"):
        written = (directory / name).read_text() if (directory / name).exists() else ""
        assert token not in written, name
    written = (directory / "subledger.log").read_text()
    assert '"GET /pay/... HTTP/1.1" ' in written
    assert '"POST /api/v1/customers HTTP/1.1" 201 ' in written


def test_books_behind_nginx_and_a_pooler_on_debians_postgresql(debian_postgres, tmp_path):
    debian_postgres.make_database("installed")
    port = debian.free_port()
    with debian.pgbouncer(debian_postgres, tmp_path / "pooler", "transaction") as pooled:
        books = Commands(debian_postgres.url("installed", port=pooled), tmp_path / "data")
        made = books.run("migrate", "--name", "Esempio", "--time-zone", "Europe/Rome", timeout=600)
        assert made.returncode == 0, made.stderr
        key = books.run("apikey", "create", "install test").stdout.strip()
        settings = {
            "SUBLEDGER_HTTPS": "yes",
            "SUBLEDGER_ALLOWED_HOSTS": HOST,
            "SUBLEDGER_SECRET_KEY": os.urandom(24).hex(),
        }
        with served(books, port, **settings), nginx(tmp_path / "nginx", to=port) as tls:
            status, page = ask(tls, "/login/")
            assert status == 200
            assert b"<form" in page
            bearer = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            customer = {"code": "C1", "name": "Müller"}
            status, answer = ask(tls, "/api/v1/customers", body=customer, **bearer)
            assert status == 201, answer
            # in chunks, as programs send whose length is not known yet
            parts = [b'{"code": "C2", ', b'"name": "Chunked"}']
            status, answer = ask(tls, "/api/v1/customers", body=parts, **bearer)
            assert status == 201, answer
            assert json.loads(answer)["name"] == "Chunked"
            assert [ask(tls, path)[0] for path in ("/metrics", "/readyz", "/healthz")] == [403, 403, 200]
            _check_limits(tls)
            _check_log(tls, tmp_path / "nginx")
            assert ask(tls, "/login/", Host="another.example.com")[0] in (400, 421)
        check = books.run("check")
        assert check.returncode == 0, check.stdout
