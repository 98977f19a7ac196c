"""Everything that answers on the web: the API below /api/v1, the staff pages everywhere else."""

from django.urls import include, path

from subledger.api.app import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("subledger.backoffice.urls")),
]
