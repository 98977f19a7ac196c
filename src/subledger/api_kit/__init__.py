"""What the rooms' faces in the REST API share: who asks, idempotency, problems, resources, lists, fields, the document.

A kit on a low floor, without a word of any domain. A room's face (``<room>/api``) says what it has as one value,
``API = ApiFace(…)``; `config.api` finds the faces by the rooms' names and composes them. Who is calling and what they
may do is a hook (`callers`) that whoever keeps the keys fills.

Money is integer minor units with a lower-case currency; ids are prefixed and opaque; every refusal is RFC 9457
problem+json with a stable code.
"""
