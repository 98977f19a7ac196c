"""Everything that answers on the web: the API below /api/v1, gateways' webhooks, the pages everywhere else."""

from django.urls import include, path

from subledger.api.app import api
from subledger.api.document import serve as serve_document

urlpatterns = [
    path("api/v1/openapi.json", serve_document),  # from memory; ninja would build it for every request
    path("api/v1/", api.urls),
    path("webhooks/", include("subledger.api.webhooks")),
    path("", include("subledger.backoffice.urls")),
]

handler500 = "subledger.config.web.failures.failed_page"
