"""Outgoing webhooks: events, told to programs of others by HTTP as they happen.

An *endpoint* is an address with a filter of event types, a secret, and a cursor in the table of events; a *delivery* is
one event on its way to one endpoint. Each event is delivered at least once, and those of one object in their order. An
endpoint that fails for a day is disabled and keeps its place: once it is enabled, nothing is lost.
"""
