"""Products and taxes in the API: their resources are made from `catalog.tables`."""

from subledger.api_kit.faces import ApiFace

API = ApiFace(examples={"percent": "22"})
