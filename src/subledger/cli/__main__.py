"""``python -m subledger.cli`` is ``subledger``."""

from subledger.cli.main import app

app()
