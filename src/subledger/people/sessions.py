"""Sessions whose keys stand hashed in the database: what is read there, or in a backup of it, opens nothing.

``settings.SESSION_ENGINE`` names this module. A session keeps whose it is, since when and from where, so that people
can see and end theirs.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from subledger.platform import clock

from .models import Session

# In the session itself, put there at login.
CREATED, ADDRESS, DEVICE = "login_at", "login_address", "login_device"


def key_hash(session_key: str) -> str:
    """40 hexadecimal digits of a SHA-256: as wide as Django's column; the key itself has more than 160 bits."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def _over_at(data: dict[str, Any]) -> datetime:
    """A session is over so long after its login, however much it is used; one before a login, after its last save."""
    began = data.get(CREATED)
    since = datetime.fromisoformat(began) if began else clock.now()
    return since + timedelta(seconds=settings.SESSION_COOKIE_AGE)


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Any:
        if not self.session_key:
            return None
        found = self.model.objects.filter(session_key=key_hash(self.session_key), expire_date__gt=clock.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=key_hash(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's own, unknown to its stubs
        return self.get_model_class()(
            session_key=key_hash(key),
            session_data=self.encode(data),
            expire_date=_over_at(data),
            user_id=data.get(SESSION_KEY),
            created_at=data.get(CREATED),
            address=data.get(ADDRESS, ""),
            device=data.get(DEVICE, ""),
        )

    def get_expiry_date(self, **_: Any) -> datetime:
        return _over_at(dict(self.items()))

    def get_expiry_age(self, **_: Any) -> int:
        """Of its cookie, in seconds."""
        return max(0, int((self.get_expiry_date() - clock.now()).total_seconds()))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=key_hash(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        cls.get_model_class().objects.filter(expire_date__lt=clock.now()).delete()
