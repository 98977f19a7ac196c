"""Who may do what in the company, and what happened in it, in the API."""

from subledger.api_kit.faces import ApiFace, Mount

from . import events, people

API = ApiFace(
    mounts=(Mount(router=people.router), Mount(router=events.router)),
    summaries={"list_api_keys": "List API keys", "retrieve_api_keys": "Retrieve an API key"},
    examples={
        "actor": "user:ann",
        "created_by": "user:ann",
        "updated_by": "user:ann",
        "username": "ann",
        "scopes": ["read"],
        "text": "Called; pays on Friday.",
    },
)
