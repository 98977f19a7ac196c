"""Who may do what in the company, and what happened in it, in the API."""

from subledger.api_kit.faces import ApiFace, Mount

from . import events, number_series, people

API = ApiFace(
    mounts=(Mount(router=people.router), Mount(router=events.router), Mount(router=number_series.router)),
    summaries={
        "list_api_keys": "List API keys",
        "retrieve_api_keys": "Retrieve an API key",
        "retrieve_number_series": "Retrieve a number series",
        "update_number_series": "Number documents otherwise",
    },
    examples={
        "actor": "user:ann",
        "created_by": "user:ann",
        "updated_by": "user:ann",
        "username": "ann",
        "scopes": ["read"],
        "next_numbers": ["RE-2026-00042", "RE-2026-00043", "RE-2026-00044"],
        "text": "Called; pays on Friday.",
    },
)
