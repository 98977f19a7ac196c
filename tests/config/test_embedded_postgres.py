"""The embedded server: started once, joined, survived, and refused with reasons."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from subledger.config import embedded_postgres, server_home
from subledger.config.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, running

pytestmark = pytest.mark.sampled(4)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
NOT_SYNCED = {"fsync": "off"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Not pytest's tmp_path: below root's, no other user can reach anything."""
    root = Path(tempfile.mkdtemp(prefix="subledger-pg-"))
    root.chmod(0o711)
    yield root / "data"
    shutil.rmtree(root)


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0])


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_second_joins_and_the_last_one_out_stops_it(data_dir):
    first, second = EmbeddedPostgres(data_dir, NOT_SYNCED), EmbeddedPostgres(data_dir)
    url = first.start()
    pid = server_pid(data_dir)
    assert second.start() == url == embedded_postgres.database_url(data_dir)
    assert server_pid(data_dir) == pid
    assert not first.stop(), "the second still uses it"
    assert answers(url)
    assert second.stop()
    assert not answers(url)
    assert not (data_dir / "postgres/cluster/postmaster.pid").exists()


def test_it_listens_on_a_private_socket_only(data_dir):
    with running(data_dir, NOT_SYNCED) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW jit").fetchone() == ("off",)
        for directory in ("postgres", "postgres/cluster", "postgres/socket"):
            assert stat.S_IMODE((data_dir / directory).stat().st_mode) == 0o700, directory
        assert stat.S_IMODE((data_dir / "postgres/server.log").stat().st_mode) == 0o600


@pytest.mark.wide
@as_root
def test_nobody_but_who_runs_the_program_may_connect(data_dir):
    """Not even the system user who runs the server and owns its socket."""
    with running(data_dir, NOT_SYNCED) as url:
        socket_dir = server_home.socket_dir(server_home.home_of(data_dir))
        user = server_home.system_user(data_dir)
        psql = [server_home.programs_for(server_home.home_of(data_dir), user) / "psql", "-h", socket_dir]
        as_server = subprocess.run(
            [*psql, "-U", "subledger", "-d", "subledger", "-c", "SELECT 1"],
            capture_output=True, text=True, check=False, cwd="/", **server_home.as_user(user),
        )  # fmt: skip
        assert as_server.returncode != 0
        assert "Peer authentication failed" in as_server.stderr
        assert answers(url)


@as_root
def test_the_server_never_runs_as_a_user_that_others_share(data_dir):
    assert server_home.system_user(data_dir).name in ("subledger", "postgres")


@pytest.mark.wide
def test_durability_is_postgresqls_default(data_dir):
    with running(data_dir) as url, psycopg.connect(url) as connection:
        durable = [connection.execute(f"SHOW {each}").fetchone() for each in ("fsync", "synchronous_commit")]
    assert durable == [("on",), ("on",)]


@pytest.mark.wide
def test_text_sorts_by_code_point_in_utf8_on_every_machine(data_dir):
    with running(data_dir, NOT_SYNCED) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        rows = connection.execute("SELECT x FROM unnest(ARRAY['b', 'é', 'B', 'a']) x ORDER BY x").fetchall()
        assert [row[0] for row in rows] == ["B", "a", "b", "é"]
        assert connection.execute("SELECT upper('é')").fetchone() == ("É",)


def test_a_killed_server_is_started_again_with_its_rows_and_no_zombie_is_taken_for_it(data_dir):
    dead = EmbeddedPostgres(data_dir)
    with psycopg.connect(dead.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(server_pid(data_dir), signal.SIGKILL)  # our child, not waited for: a zombie with its pid file
    with running(data_dir) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    dead.stop()


@pytest.mark.wide
def test_a_pid_file_that_names_another_program_does_not_block(data_dir):
    with running(data_dir, NOT_SYNCED):
        pass
    (data_dir / "postgres/cluster/postmaster.pid").write_text(f"{os.getpid()}\n{data_dir}\n")
    with running(data_dir, NOT_SYNCED) as url:
        assert answers(url)


@pytest.mark.wide
def test_two_programs_starting_at_once_share_one_server(data_dir):
    program = (
        "import sys, pathlib; from subledger.config.embedded_postgres import running\n"
        "with running(pathlib.Path(sys.argv[1]), {'fsync': 'off'}):\n"
        "    pid = pathlib.Path(sys.argv[1], 'postgres/cluster/postmaster.pid').read_text().split()[0]\n"
        "    print(pid, flush=True); sys.stdin.read()\n"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    pids = {each.stdout.readline() for each in programs}
    codes = []
    for each in programs:
        each.communicate("")
        codes.append(each.returncode)
    assert (len(pids), codes) == (1, [0, 0])
    assert not answers(embedded_postgres.database_url(data_dir))


@pytest.mark.wide
def test_a_path_too_long_for_a_socket_gets_a_short_one(data_dir):
    deep = data_dir / ("d" * 50) / ("e" * 50)
    with running(deep, NOT_SYNCED) as url, psycopg.connect(url) as connection:
        (directory,) = connection.execute("SHOW unix_socket_directories").fetchone()
        assert not directory.startswith(str(deep))
        assert len(os.fsencode(f"{directory}/.s.PGSQL.5432")) <= server_home.SOCKET_PATH_LIMIT
        assert stat.S_IMODE(Path(directory).stat().st_mode) == 0o700
    Path(directory).rmdir()


def owner_and_mode(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, stat.S_IMODE(found.st_mode)


@pytest.mark.wide
def test_a_socket_directory_that_somebody_else_prepared_is_refused(data_dir, tmp_path):
    deep = data_dir / ("d" * 50) / ("e" * 50)
    led_to = tmp_path / "led to"
    led_to.mkdir(mode=0o755)
    before = owner_and_mode(led_to)
    planted = server_home.socket_dir(deep / "postgres")
    planted.symlink_to(led_to)
    try:
        with pytest.raises(EmbeddedPostgresError, match="Move it away"):
            EmbeddedPostgres(deep, NOT_SYNCED).start()
    finally:
        planted.unlink()
    assert owner_and_mode(led_to) == before, "what a link leads to is neither given away nor closed"


@as_root
@pytest.mark.parametrize("by_a_link", [False, True])
def test_root_gives_away_no_directory_that_has_something_in_it(data_dir, tmp_path, by_a_link):
    full = tmp_path / "full" if by_a_link else data_dir / "postgres"
    full.mkdir(mode=0o755, parents=True)
    (full / "kept").write_text("root's")
    if by_a_link:
        data_dir.mkdir()
        (data_dir / "postgres").symlink_to(full)
    before = owner_and_mode(full)
    with pytest.raises(EmbeddedPostgresError, match="Move it away"):
        EmbeddedPostgres(data_dir, NOT_SYNCED).start()
    assert owner_and_mode(full) == before


@as_root
@pytest.mark.parametrize("is_there", [False, True])
def test_root_follows_no_link_of_another_user_to_a_directory_of_its_own(data_dir, tmp_path, is_there):
    led_to = tmp_path / "led to"
    if is_there:
        led_to.mkdir(mode=0o755)
    data_dir.mkdir()
    link = data_dir / "postgres"
    link.symlink_to(led_to)
    os.chown(link, 65534, 65534, follow_symlinks=False)
    with pytest.raises(EmbeddedPostgresError, match="a link that root did not make"):
        EmbeddedPostgres(data_dir, NOT_SYNCED).start()
    assert led_to.exists() == is_there
    assert not is_there or led_to.stat().st_uid == 0


@pytest.mark.wide
def test_a_server_that_cannot_start_says_why_in_its_own_words(data_dir):
    with running(data_dir, NOT_SYNCED):
        pass
    with pytest.raises(EmbeddedPostgresError, match=r'(?s)parameter "nonsense".*log is'):
        EmbeddedPostgres(data_dir, {"nonsense": "1"}).start()
    with running(data_dir, NOT_SYNCED) as url:
        assert answers(url), "a failed start leaves nothing in the way"


@pytest.mark.wide
def test_half_an_initdb_is_made_anew(data_dir):
    data_dir.mkdir()
    user = server_home.system_user(data_dir) if os.geteuid() == 0 else None
    half = server_home.make_home(data_dir, user) / "cluster.unfinished"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running(data_dir, NOT_SYNCED) as url:
        assert answers(url)
    assert not half.exists()


@pytest.mark.wide
def test_books_of_another_postgresql_are_not_touched(data_dir):
    with running(data_dir, NOT_SYNCED):
        pass
    version = data_dir / "postgres/cluster/PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 17 and this is 18"):
        EmbeddedPostgres(data_dir).start()
    assert version.read_text() == "17\n"


def test_a_data_directory_that_is_a_file_is_refused(data_dir):
    data_dir.write_text("not a directory")
    with pytest.raises(EmbeddedPostgresError, match="Set SUBLEDGER_DATA_DIR"):
        EmbeddedPostgres(data_dir).start()


@pytest.mark.wide
@as_root
def test_where_the_servers_user_cannot_go_the_cluster_lives_elsewhere(data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(server_home, "ROOT_HOME", data_dir)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with running(private, NOT_SYNCED) as url:
        assert answers(url)
        assert (private / "postgres").readlink().parent == data_dir
    assert stat.S_IMODE(private.stat().st_mode) == 0o700, "no directory is opened up for the server"
    with running(private, NOT_SYNCED) as again:
        assert again == url


@pytest.mark.wide
@as_root
def test_programs_that_the_servers_user_cannot_read_are_copied(data_dir, monkeypatch):
    can = server_home._can
    reachable = lambda user, command: "site-packages" not in command[0] and can(user, command)  # noqa: E731
    monkeypatch.setattr(server_home, "_can", reachable)
    with running(data_dir, NOT_SYNCED) as url:
        assert answers(url)
    (copy,) = (data_dir / "postgres").glob("programs-*")
    postgres = copy / "embedded_postgres/pginstall/bin/postgres"
    assert postgres.stat().st_uid == (data_dir / "postgres").stat().st_uid
