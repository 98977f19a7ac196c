"""``subledger serve``: database, pages, API and a worker in one process group. ``subledger worker``: more."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Annotated

import typer

from subledger.cli.administration import ensure_company
from subledger.cli.database import apply_migrations, refuse_other_key
from subledger.cli.packages import refuse_missing_packages
from subledger.cli.runtime import books, tell
from subledger.cli_kit.runtime import CommandRefused

UP_TO_DATE = "Bringing the database up to date …"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    processes: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Web processes on the port; one a processor, at most four, if left out."),
    ] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave background work to workers elsewhere.")] = False,
) -> None:
    """Serve the pages and the API until Ctrl-C, with the embedded PostgreSQL if no DATABASE_URL is set."""
    refuse_missing_packages()
    refuse_taken_port(host, port)
    with books(to_migrate=True, tells=True):
        tell(UP_TO_DATE)
        apply_migrations(verbosity=0)
        refuse_other_key()
        ensure_company()
        serve_until_stopped(host, port, with_worker=not no_worker, processes=processes)


def worker(
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Jobs to do at the same time.")] = 4,
) -> None:
    """Do background work until Ctrl-C: any number of these, on any machine that reaches the database."""
    from subledger.config.worker import work

    refuse_missing_packages()
    with books():
        refuse_other_key()
        typer.echo("The worker is at work (Ctrl-C stops it)")
        work(jobs_at_once=jobs)


def serve_until_stopped(host: str, port: int, *, with_worker: bool = True, processes: int | None = None) -> None:
    """Serve inside `books`, with a worker beside it; returns after Ctrl-C or SIGTERM."""
    from subledger.config.web.server import WebServerEnded, processes_by_default, serve_web
    from subledger.config.worker import worker_beside

    lost: list[str] = []
    tell("Starting the web server …")
    try:
        with _database_kept(lost), worker_beside() if with_worker else nullcontext():
            count = processes or processes_by_default()
            serve_web(host, port, processes=count, on_listening=lambda: _say_where(host, port))
    except WebServerEnded:
        raise CommandRefused("The web server stopped by itself; its last words are above.") from None
    if lost:
        raise CommandRefused(f"The embedded PostgreSQL died and does not start again, so nothing is served. {lost[0]}")


def _database_kept(lost: list[str]) -> AbstractContextManager[None]:
    """Keep the embedded PostgreSQL, if that is the one in use; should it be lost, say why and stop serving."""
    from subledger.config.database_keeper import database_kept
    from subledger.config.environment import load

    def give_up(why: str) -> None:
        lost.append(why)
        os.kill(os.getpid(), signal.SIGTERM)

    environment = load()
    return nullcontext() if environment.database_url else database_kept(environment.data_dir, give_up=give_up)


def _say_where(host: str, port: int) -> None:
    typer.echo(f"Subledger is at {_url(host, port)} (Ctrl-C stops it)")


def refuse_taken_port(host: str, port: int) -> None:
    """Say so before anything is started, when ``port`` cannot be listened on."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandRefused(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port or --host."
        ) from error


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
