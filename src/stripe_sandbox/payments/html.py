"""The look of the sandbox's own pages: plain, without scripts, readable on a phone, nothing loaded from elsewhere."""

from html import escape

from stripe_sandbox.routing import Response

STYLE = """
:root { color-scheme: light dark; --line: #8884; --ink: #1a1f36; --soft: #556; --paper: #f6f7fb; --card: #fff;
  --accent: #4b45c6; --on-accent: #fff; --bad: #b3093c }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef6; --soft: #aab; --paper: #12141c; --card: #1c1f2b;
  --accent: #8f8bff; --on-accent: #12141c; --bad: #ff8aa5 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 27rem; margin: 6vh auto; padding: 1.75rem; background: var(--card); border-radius: 12px;
  border: 1px solid var(--line) }
h1 { font-size: 1.35rem; margin: 0 0 .25rem }
p { margin: .25rem 0 1rem; color: var(--soft) }
p.sum { font-size: 1.9rem; color: var(--ink); margin: 0 }
label { display: block; margin: .9rem 0 .25rem; font-size: .9rem }
input, button { font: inherit; width: 100%; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: 7px;
  background: transparent; color: inherit }
button { margin-top: 1.25rem; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
button.plain { background: transparent; color: inherit; margin-top: .6rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
p.alert { color: var(--bad); border: 1px solid; border-radius: 7px; padding: .6rem .8rem }
.mode { font-size: .75rem; border: 1px solid var(--line); border-radius: 99px; padding: .05rem .6rem }
a { color: var(--accent) }
table { width: 100%; border-collapse: collapse }
td { padding: .15rem 0 }
td + td { text-align: right }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
fieldset { border: 0; padding: 0; margin: 1rem 0 0; display: flex; gap: 1.25rem }
fieldset label { margin: 0 }
fieldset input { width: auto }
form:has(#card:checked) .sepa, form:has(#sepa_debit:checked) .cards { display: none }
"""


def html_page(title: str, body: str, *, status: int = 200) -> Response:
    """A whole page. ``body`` is HTML already: escape what goes into it."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
    }
    return Response(status, headers, text.encode())


def redirect(url: str) -> Response:
    """Go and see another page."""
    return Response(303, {"Location": url, "Cache-Control": "no-store"}, b"")


def message_page(title: str, text: str, *, status: int = 200) -> Response:
    return html_page(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>", status=status)


def alert(text: str | None) -> str:
    return f'<p class="alert" role="alert">{escape(text)}</p>' if text else ""


def field(
    name: str, label: str, value: str = "", *, hint: str = "", complete: str = "off", numeric: bool = False
) -> str:
    """A labelled input."""
    mode = ' inputmode="numeric"' if numeric else ""
    return (
        f'<div><label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" value="{escape(value)}" '
        f'placeholder="{escape(hint)}" autocomplete="{complete}"{mode}></div>'
    )
