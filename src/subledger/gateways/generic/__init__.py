"""Gateways that execute nothing themselves: an integrator pulls the requests, by API or file, and reports back.

`exports` writes pending requests as files, `results` reads what came of them; `services.execution` is the loop.
"""
