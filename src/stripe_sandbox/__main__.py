"""``python -m stripe_sandbox``: serve a sandbox until told to stop."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from stripe_sandbox import webhooks
from stripe_sandbox.journal import Journal
from stripe_sandbox.keys import key_in
from stripe_sandbox.routing import Request
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.server import Server


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m stripe_sandbox", description="A local server that speaks Stripe's API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8420, help="0 picks a free one (default: 8420)")
    parser.add_argument("--rate-limit", type=float, metavar="N", help="requests a second and account before 429")
    parser.add_argument("--search-lag", type=float, default=0, metavar="S", help="seconds until search finds an object")
    parser.add_argument("--seed", default="sandbox", help="equal seeds and requests give equal ids")
    parser.add_argument("--start", type=float, metavar="UNIXTIME", help="stand still there until told to advance")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="keep what was told there, and know it again")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="a fault script, see stripe_sandbox.faults")
    parser.add_argument("--webhook", metavar="URL", help="post every event there")
    parser.add_argument("--webhook-secret", metavar="WHSEC", help="sign with this secret (default: a new one, printed)")
    parser.add_argument(
        "--webhook-key", default="sk_test_demo", metavar="KEY", help="of the account (default: %(default)s)"
    )
    return parser.parse_args(argv)


async def serve(given: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    sandbox = Sandbox(seed=given.seed, start=given.start, rate_limit=given.rate_limit, search_lag=given.search_lag)
    if given.faults:
        sandbox.faults.load(json.loads(given.faults.read_text()))
    if given.webhook:
        key = key_in(Request("POST", "", headers={"authorization": f"Bearer {given.webhook_key}"}))
        account = sandbox.account(key.name, livemode=key.livemode)
        endpoint = webhooks.add_endpoint(account, given.webhook, ["*"], secret=given.webhook_secret)
        if not given.webhook_secret:
            _say(f"webhook secret {webhooks.secret_of(account, endpoint)}")
    journal = Journal(given.journal) if given.journal else None
    if journal:
        journal.replay(sandbox)
    server = Server(sandbox, host=given.host, port=given.port, journal=journal)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    _say(f"listening on {await server.start()}")
    await stop.wait()
    await server.stop()
    if journal:
        journal.close()


def _say(line: str) -> None:
    """One line, at once, for whoever waits for it at the other end of a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    try:
        asyncio.run(serve(arguments()))
    except OSError as error:
        sys.exit(f"cannot serve: {error}")


if __name__ == "__main__":
    main()
