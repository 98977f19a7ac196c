"""Benchmarks: how fast we are, as a ratio to a yardstick measured in the same run on the same PostgreSQL.

``python -m bench`` runs them all, ``python -m bench fifo reads --quick`` some of them, small. A yardstick
is something everybody can run: pgbench, two Django ledgers from PyPI, bare SQL. Absolute figures drift
with the machine; the ratios are what we promise. No test depends on anything here.
"""
