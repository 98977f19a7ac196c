"""The command line: parse, call one service or query, print.

``main`` gathers the commands; ``runtime`` opens the books for one command; ``output`` prints rows. Django is
set up only inside `runtime.books`, so models and services are imported inside the commands that need them and
``--help`` stays quick. Exit status: 0 done, 1 refused or a check failed, 2 bad usage.
"""
