"""Mail as files, where no mail server is set: they hold links that open logins, so nobody else may read them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.mail.backends.filebased import EmailBackend as FileBackend

from subledger.config import server_home


class EmailBackend(FileBackend):
    """Django's, in a directory and in files that are ours alone; those of before are closed on the way.

    ``is_handed_over``: never, where writing failed: nobody got it.
    """

    is_handed_over = False
    file_path: str
    stream: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        server_home.close_to_others(Path(self.file_path))

    def open(self) -> bool:
        if self.stream is not None:
            return False
        path = self._get_filename()  # type: ignore[attr-defined]  # Django's own, unknown to its stubs
        self.stream = os.fdopen(server_home.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab")
        return True
