"""The OpenAPI document as it is served, built once for every test that reads it: that takes a second."""

from __future__ import annotations

import json
from typing import Any

from django.test import RequestFactory

from subledger.config.api import serve_document

DOCUMENT: dict[str, Any] = json.loads(serve_document(RequestFactory().get("/api/v1/openapi.json")).content)
