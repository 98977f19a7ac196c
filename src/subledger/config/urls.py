"""Everything that answers on the web: the API below /api/v1, gateways' webhooks, the pages everywhere else."""

from django.urls import include, path

from .api import api, beside, serve_document

urlpatterns = [
    path("api/v1/openapi.json", serve_document),  # from memory; ninja would build it for every request
    path("api/v1/", api.urls),
    *beside,
    path("", include("subledger.config.pages")),
]

handler500 = "subledger.config.web.failures.failed_page"
