"""Runs: work over many things at once that can be previewed, stopped, gone on with and proven.

A kind of run is declared by a room above. A *definition* says which kind with which criteria and when; a *run* is one
execution with its as-of day and criteria frozen; a *step* is one thing that the run takes up, or leaves alone for one
reason. Each step is done once: what it does and its mark are one transaction. This room knows no domain.
"""
