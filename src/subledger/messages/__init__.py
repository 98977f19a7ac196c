"""Messages: e-mail to customers and to the people of a company, from templates, through an outbox.

A *kind* of message says which tags its templates may use and how a record becomes their values; rooms declare kinds
(`Room.message_kinds`) and this room knows no record. A *template* is a subject and a body with ``#TAGS``. A *message*
is written in the transaction of what it tells of, once by its key, as it will be sent; a worker sends it after the
commit. What opens something for whoever holds it (a link to pay, to set a password) is sealed until it is sent and
kept nowhere after that. An address that refused a message, or whose owner wants none, is *suppressed* until a person
lifts that.

Invariants: a message never changes what it says or whom it is for, and moves only along its life cycle; one key, one
message; what may have reached a mail server is never handed to it again by itself, nor what misses what it should open;
what opens something is kept until it has left and no longer.
"""
