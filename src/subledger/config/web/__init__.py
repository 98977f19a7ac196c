"""Between the network and Django: bodies are read whole, every kind of request has threads of its own, health is told.

A request passes `Front` (an ASGI application on the event loop of the web process), waits for a thread of the budget
it belongs to, and runs through Django as WSGI. `door` is Django's first middleware: it holds under any web server what
the front holds under ours.
"""
