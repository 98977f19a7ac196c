"""The sandbox: all of Stripe's behaviour behind one synchronous function, without sockets and threads."""

from stripe_sandbox import answers, control, webhooks
from stripe_sandbox.billing import routes as billing
from stripe_sandbox.payments import routes as payments
from stripe_sandbox.routing import ROUTER, Outcome, Request, Response
from stripe_sandbox.world import World

#: The modules whose endpoints this server answers; importing them registered the endpoints.
ENDPOINTS = (*payments.MODULES, *billing.MODULES, webhooks, control)


class Sandbox(World):
    """A `World` that answers requests."""

    def handle(self, request: Request) -> Outcome:
        """Answer one request, or decide that nothing comes back."""
        self.timeline.catch_up()
        found = ROUTER.find(request.method, request.path)
        if found and not found[0].is_api:
            response: Response = found[0].function(self, request, found[1])
            return response
        outcome = answers.answer(self, request, found)
        status = outcome.status if isinstance(outcome, Response) else None
        key = request.headers.get("idempotency-key")
        self.requests.append((self.timeline.now, request.method, request.path, key, status))
        return outcome
