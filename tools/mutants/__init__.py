"""Mutation testing of the rules: a function is spoilt in one place at a time, and a test has to notice.

``python -m tools.mutants`` judges every module of `judges.JUDGES` by its pure tests, and ends with 1 where a mutant
lives that ``accepted.toml`` does not name.
"""
