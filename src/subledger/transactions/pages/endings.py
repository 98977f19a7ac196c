"""How an order that was begun ends, as pages say it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from subledger.kernel.sentences import say
from subledger.page_kit.faces import contributions
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.services.carriers import Begun, end


def finish(request: HttpRequest, begun: Begun, *, done: str) -> str:
    """Where an order led: posted at once, or handed to who carries it out, which is called here, with no transaction
    open.

    Says what came of it. The address to go to: the transaction, which shows what it waits for.
    """
    ended = end(begun)
    if ended.posted is not None:
        words = {"kind": show.word(ended.posted.classification), "number": ended.posted.number, "done": done}
        messages.success(request, say("{kind} {number} {done}.", **words))
        return page_url("transaction", ended.posted.id)
    [url] = contributions("order", "ending", request, ended)
    return str(url)
