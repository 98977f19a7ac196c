"""The environment, parsed once. Every variable has its row in `SETTINGS`; README and CLI print that table."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import platformdirs
from psycopg.conninfo import conninfo_to_dict

from subledger.config import embedded_postgres, server_home
from subledger.config.setting_values import EnvironmentInvalid as EnvironmentInvalid
from subledger.config.setting_values import (
    address,
    count,
    database_url,
    flag,
    level,
    list_of,
    log_format,
    origins,
    path_of,
    positive,
    smtp_url,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: ``default`` when unset, ``read`` from its text to its value.

    ``described`` is the default in words, where the value alone would not explain itself.
    """

    name: str
    default: Any
    help: str
    read: Callable[[str, str], Any]
    described: str = ""
    is_secret: bool = False

    @property
    def field(self) -> str:
        return self.name.removeprefix("SUBLEDGER_").lower()

    @property
    def default_text(self) -> str:
        if self.described:
            return self.described
        if isinstance(self.default, bool):
            return "yes" if self.default else "no"
        return ",".join(self.default) if isinstance(self.default, tuple) else str(self.default)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment asks for. ``database_url`` is None when the embedded PostgreSQL is to be used."""

    database_url: str | None
    data_dir: Path
    secret_key: str | None
    old_secret_keys: tuple[str, ...]
    public_url: str | None
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    https: bool
    proxies: int | None
    debug: bool
    log_level: str
    log_format: str
    metrics_token: str | None
    smtp_url: str | None
    mail_from: str
    sender_domains: tuple[str, ...]
    import_limit_mib: int
    attachment_limit_mib: int
    allow_private_gateways: bool
    webhook_hosts: tuple[str, ...]
    api_rate_limit: int

    @property
    def database_parameters(self) -> dict[str, Any]:
        """libpq's parameters (host, dbname, user, …) of the database in use."""
        return conninfo_to_dict(self.database_url or embedded_postgres.database_url(self.data_dir))

    @property
    def hosts(self) -> list[str]:
        """The host names that are answered to: those allowed, and that of the public address."""
        public = urlsplit(self.public_url or "").hostname
        return [*self.allowed_hosts, *([public] if public else [])]

    @property
    def origins(self) -> list[str]:
        return [*self.trusted_origins, *([self.public_url.rstrip("/")] if self.public_url else [])]

    @property
    def proxies_before(self) -> int:
        """How many proxies add to X-Forwarded-For the address that they were asked from."""
        return self.proxies if self.proxies is not None else int(self.https)

    @property
    def mail(self) -> dict[str, Any]:
        """Django's settings of mail."""
        if self.smtp_url is None:
            return {
                "EMAIL_BACKEND": "subledger.config.mail_files.EmailBackend",
                "EMAIL_FILE_PATH": self.data_dir / "mail",
            }
        parts = urlsplit(self.smtp_url)
        is_tls = parts.scheme == "smtps"
        return {
            "EMAIL_BACKEND": "subledger.config.mail_server.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if is_tls else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": is_tls,
            "EMAIL_USE_TLS": not is_tls and parts.hostname not in ("localhost", "127.0.0.1"),
        }

    def kept_secret_key(self) -> str:
        """The key that signs sessions: the one given, else one made once and kept in the data directory."""
        if self.secret_key is not None:
            return self.secret_key
        kept = self.data_dir / "secret-key"
        try:
            if not kept.exists():
                server_home.make_data_dir(self.data_dir)
                fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
                fresh.touch(mode=0o600)
                fresh.write_text(secrets.token_urlsafe(50))
                with suppress(FileExistsError):  # another process was first: then its key is the key
                    os.link(fresh, kept)
                fresh.unlink()
            return kept.read_text()
        except OSError as error:
            wanted = f"the secret key cannot be kept there ({error.strerror})"
            raise EnvironmentInvalid("SUBLEDGER_DATA_DIR", str(self.data_dir), wanted) from error


def default_data_dir() -> Path:
    """A ``subledger`` folder in the user's data directory; root's server cannot reach into /root."""
    if os.geteuid() == 0:
        return server_home.ROOT_HOME
    return Path(platformdirs.user_data_dir("subledger", appauthor=False))


def load(environ: Mapping[str, str] = os.environ) -> Environment:
    """Parse every setting; an empty variable counts as unset.

    Raises:
        EnvironmentInvalid: a value cannot be read as what it should be.
    """
    values = {}
    for setting in SETTINGS:
        given = environ.get(setting.name, "").strip()
        values[setting.field] = setting.read(setting.name, given) if given else setting.default
    return Environment(**values)


def settings_rows(environ: Mapping[str, str] = os.environ) -> list[dict[str, str]]:
    """The table of settings with what is set here, and why it cannot be used where it cannot; secrets are never
    shown."""
    rows = []
    for setting in SETTINGS:
        given = environ.get(setting.name, "").strip()
        shown = "(set)" if given and setting.is_secret else given
        rows.append(
            {
                "name": setting.name,
                "value": shown,
                "problem": _problem_of(setting, given) if given else "",
                "default": setting.default_text,
                "help": setting.help,
            }
        )
    return rows


def _problem_of(setting: Setting, given: str) -> str:
    try:
        setting.read(setting.name, given)
    except EnvironmentInvalid as error:
        return str(error)
    return ""


def settings_markdown() -> str:
    """The table of settings as the README prints it."""
    lines = ["| variable | default | what it does |", "|---|---|---|"]
    lines += [f"| `{each.name}` | {each.default_text} | {each.help} |" for each in SETTINGS]
    return "\n".join(lines) + "\n"


SETTINGS = (
    Setting(
        "DATABASE_URL",
        None,
        "PostgreSQL 15 or newer to use, as `postgresql://user:password@host:5432/name`.",
        database_url,
        described="an embedded PostgreSQL",
        is_secret=True,
    ),
    Setting(
        "SUBLEDGER_DATA_DIR",
        default_data_dir(),
        "Where the embedded PostgreSQL and the generated secret key are kept.",
        path_of,
        described="`subledger` in the user's data directory; `/var/lib/subledger` for root",
    ),
    Setting(
        "SUBLEDGER_SECRET_KEY",
        None,
        "Signs sessions, forms and links, and seals the keys of gateways. Set the same one on every machine that "
        "serves the same books.",
        text_of,
        described="made once and kept in the data directory",
        is_secret=True,
    ),
    Setting(
        "SUBLEDGER_OLD_SECRET_KEYS",
        (),
        "Secret keys used before, newest first, separated by commas: what they signed and sealed still opens.",
        list_of,
        described="none",
        is_secret=True,
    ),
    Setting(
        "SUBLEDGER_PUBLIC_URL",
        None,
        "Where customers and gateways reach it, as `https://books.example.com`: links to pay and addresses for events "
        "are made with it, whatever name their maker came by. Its host is allowed and its origin trusted.",
        address,
        described="the address that whoever makes a link came by",
    ),
    Setting(
        "SUBLEDGER_ALLOWED_HOSTS",
        ("localhost", "127.0.0.1", "[::1]"),
        "Host names the pages and the API answer to, separated by commas.",
        list_of,
    ),
    Setting(
        "SUBLEDGER_TRUSTED_ORIGINS",
        (),
        "Origins forms may come from behind a proxy, as `https://books.example.com`, separated by commas.",
        origins,
        described="none",
    ),
    Setting(
        "SUBLEDGER_HTTPS",
        False,
        "`yes` behind a proxy that ends TLS and sets `X-Forwarded-Proto`: cookies then travel by HTTPS only.",
        flag,
    ),
    Setting(
        "SUBLEDGER_PROXIES",
        None,
        "How many proxies stand before it, each adding to `X-Forwarded-For` the address that it was asked from: the "
        "limits on logins and pay links count by address.",
        count,
        described="1 with `SUBLEDGER_HTTPS`, else 0",
    ),
    Setting("SUBLEDGER_DEBUG", False, "`yes` shows tracebacks in the browser. Never on real books.", flag),
    Setting(
        "SUBLEDGER_LOG_LEVEL",
        "WARNING",
        "How much is logged to standard error: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`. `INFO` has a line a "
        "request; workers say a line a batch up to `WARNING`.",
        level,
    ),
    Setting(
        "SUBLEDGER_LOG_FORMAT",
        "text",
        "`json` writes each record of the log as one line of JSON, its traceback in it.",
        log_format,
    ),
    Setting(
        "SUBLEDGER_METRICS_TOKEN",
        None,
        "Whoever asks for `/metrics` has to send it, as `Authorization: Bearer …`. Without one, `/metrics` answers "
        "this machine alone.",
        text_of,
        described="none",
        is_secret=True,
    ),
    Setting(
        "SUBLEDGER_SMTP_URL",
        None,
        "Mail server for messages to customers, invitations and new passwords, as "
        "`smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`.",
        smtp_url,
        described="none: mail is written to `mail` in the data directory, and links are shown to be handed over",
        is_secret=True,
    ),
    Setting("SUBLEDGER_MAIL_FROM", "subledger@localhost", "Sender of mail.", text_of),
    Setting(
        "SUBLEDGER_SENDER_DOMAINS",
        (),
        "Domains, comma-separated, that the mail server may send for: companies choose a sender of their own among "
        "them. `code=domain` is for the company of that code alone, a domain by itself for every company.",
        list_of,
        described="none: all mail comes from `SUBLEDGER_MAIL_FROM`",
    ),
    Setting(
        "SUBLEDGER_IMPORT_LIMIT_MIB",
        256,
        "Largest file that may be uploaded for import, in MiB.",
        positive,
    ),
    Setting(
        "SUBLEDGER_ATTACHMENT_LIMIT_MIB",
        10,
        "Largest file that may be attached to a record, in MiB; by API 32 at most.",
        positive,
    ),
    Setting(
        "SUBLEDGER_ALLOW_PRIVATE_GATEWAYS",
        False,
        "`yes` lets a gateway's address lead into this machine or its network, for a sandbox beside it. The demo sets "
        "it itself.",
        flag,
    ),
    Setting(
        "SUBLEDGER_WEBHOOK_HOSTS",
        (),
        "Hosts, comma-separated, to which webhooks may go though they are in this machine or its network, and by http.",
        lambda name, value: tuple(host.lower() for host in list_of(name, value)),
        described="none",
    ),
    Setting(
        "SUBLEDGER_API_RATE_LIMIT",
        6000,
        "Requests a minute that one API key may send to all web processes of a `serve` together.",
        positive,
    ),
)
