"""What a variable of the environment says, read from its text; what cannot be read is refused by its name."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


class EnvironmentInvalid(Exception):
    """A variable that cannot be read as what it should be: names it, the value, and what would do."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value!r} cannot be used: {wanted}.")


def text_of(_name: str, value: str) -> str:
    return value


def _split(name: str, value: str, shown: str, wanted: str) -> SplitResult:
    """The parts of an address. EnvironmentInvalid: its host or port cannot be read."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        wrong = "its port is no number from 1 to 65535" if "port" in str(error).lower() else str(error)
        raise EnvironmentInvalid(name, shown, f"{wrong}; {wanted}") from error
    if port == 0:
        raise EnvironmentInvalid(name, shown, f"its port is no number from 1 to 65535; {wanted}")
    return parts


def smtp_url(name: str, value: str) -> str:
    wanted = "take smtp://user:password@host:587, or smtps:// where it is TLS from the start"
    parts = _split(name, value, "…", wanted)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise EnvironmentInvalid(name, "…", wanted)
    return value


def database_url(name: str, value: str) -> str:
    wanted = "postgresql://user:password@host:5432/name"
    try:
        found = conninfo_to_dict(value)
    except ProgrammingError as error:
        raise EnvironmentInvalid(name, "…", f"{error}; {wanted}") from error
    for port in str(found.get("port") or "").split(","):
        if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            raise EnvironmentInvalid(name, "…", f"its port is no number from 1 to 65535; {wanted}")
    return value


def address(name: str, value: str) -> str:
    wanted = "take scheme and host alone, such as https://books.example.com"
    found = _split(name, value, value, wanted)
    if found.scheme not in ("http", "https") or not found.hostname or found.path.strip("/") or found.query:
        raise EnvironmentInvalid(name, value, wanted)
    return f"{found.scheme}://{found.netloc}/"


def path_of(_name: str, value: str) -> Path:
    return Path(value).expanduser().absolute()


def list_of(_name: str, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def origins(name: str, value: str) -> tuple[str, ...]:
    wanted = "take scheme and host alone of each, such as https://books.example.com"
    for origin in list_of(name, value):
        found = _split(name, origin, origin, wanted)
        if found.scheme not in ("http", "https") or not found.hostname or found.path.strip("/") or found.query:
            raise EnvironmentInvalid(name, origin, wanted)
    return tuple(origin.rstrip("/") for origin in list_of(name, value))


def flag(name: str, value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise EnvironmentInvalid(name, value, "say yes or no")


def level(name: str, value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise EnvironmentInvalid(name, value, "take DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return value.upper()


def log_format(name: str, value: str) -> str:
    if value.lower() not in ("text", "json"):
        raise EnvironmentInvalid(name, value, "take text or json")
    return value.lower()


def count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise EnvironmentInvalid(name, value, "take a whole number")
    return int(value)


def positive(name: str, value: str) -> int:
    if not value.isdecimal() or int(value) == 0:
        raise EnvironmentInvalid(name, value, "take a whole number above 0")
    return int(value)
