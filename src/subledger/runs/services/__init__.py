"""Services of runs: definitions, starting, working, controlling."""
