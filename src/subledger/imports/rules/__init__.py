"""Decisions of importing as pure functions: kinds and fields, columns, cells, identity, and the suspense account."""
