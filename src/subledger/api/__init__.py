"""REST API, version 1: one module a room; each endpoint parses, calls one service, answers.

Money is integer minor units with a lower-case currency; ids are prefixed and opaque; every refusal is RFC 9457
problem+json with a stable code.
"""
