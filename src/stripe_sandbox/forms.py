"""Form encoding as Stripe reads it: ``a[b]=1``, ``list[]=x``, ``list[0][c]=y`` to nested dictionaries and back."""

import re
from typing import Any
from urllib.parse import parse_qsl

from stripe_sandbox.errors import invalid

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")

Form = dict[str, Any]


def decode(text: str) -> Form:
    """Nested dictionaries of strings. A list arrives as a dictionary keyed by position; types come later."""
    form: Form = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if "[" not in name:
            form[name] = value
            continue
        match = _NAME.match(name)
        if not match:
            raise invalid(f"Invalid parameter name: {name}", name, is_kept=False)
        keys = [match[1], *match[2][1:-1].split("][")]
        place = form
        for key in keys[:-1]:
            place = place.setdefault(key or str(len(place)), {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid {keys[0]}: given both as a value and as an object", keys[0], is_kept=False)
        place[keys[-1] or str(len(place))] = value
    return form


def spelled(path: tuple[str, ...]) -> str:
    """The name of a nested parameter as the caller wrote it: ``card[exp_year]``."""
    return path[0] + "".join(f"[{part}]" for part in path[1:])
