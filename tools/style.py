"""The part of Tabler's style that our pages use: ``python -m tools.style`` writes it anew.

Kept is every rule whose classes are words of a template, of the code that makes markup, or of `LATER`, what scripts add
later. A test holds the kept file to what this makes of the pages as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

ROOT = Path(__file__).parents[1]
WHOLE = ROOT / "tools/tabler.min.css"
SOURCE = ROOT / "src/subledger"
KIT = SOURCE / "page_kit"
PAGES = (KIT, *SOURCE.glob("*/pages"))
USED = KIT / "static/backoffice/vendor/tabler/tabler.used.css"
WORD = re.compile(r"[A-Za-z_][\w-]*")
CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
# What a selector rules out, or lists as alternatives, needs no class of ours.
INSIDE = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")
# Added by Tabler's scripts to menus and collapsible parts.
LATER = {"show", "collapse", "collapsing", "collapsed", "active", "disabled", "fade", "dropup", "dropdown-menu-end"}
# Rules of these hold others; all else that starts with @ is kept or left whole.
HOLDING = {"media", "supports", "layer", "container"}


def words() -> set[str]:
    """Every word that may be a class of some page."""
    sources = [*_files("*.html"), *_files("*.py"), *KIT.glob("static/backoffice/*.js")]
    found = set(LATER)
    for source in sources:
        found.update(WORD.findall(source.read_text(encoding="utf-8")))
    return found


def _files(named: str) -> list[Path]:
    return [path for pages in PAGES for path in pages.rglob(named)]


def used() -> str:
    rules = tinycss2.parse_stylesheet(WHOLE.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True)
    kept = list(_kept(rules, words()))
    for unneeded in (_unneeded_animations(kept), _unneeded_properties(kept)):
        kept = [unneeded(rule) for rule in kept]
    notice = "/*! Of Tabler v1.6.1 (https://tabler.io), MIT, what our pages use: made by tools/style.py */\n"
    return "\n".join(['@charset "UTF-8";', notice.strip(), *filter(None, kept), ""])


def _kept(rules: Iterable[Node], known: set[str]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = [each for each in _selectors(tinycss2.serialize(rule.prelude)) if _matches(each, known)]
            if selectors:
                yield ",".join(selectors) + "{" + tinycss2.serialize(rule.content) + "}"
        elif isinstance(rule, AtRule) and rule.lower_at_keyword in HOLDING and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            held = "".join(_kept(inner, known))
            if held:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{held}}}"
        elif isinstance(rule, AtRule) and rule.lower_at_keyword != "charset":
            yield rule.serialize()


def _selectors(text: str) -> Iterator[str]:
    """Split at the commas that are in no parentheses."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _matches(selector: str, known: set[str]) -> bool:
    plain = INSIDE.sub("", selector)
    return all(re.sub(r"\\(.)", r"\1", name) in known for name in CLASS.findall(plain))


def _unneeded_animations(kept: list[str]) -> Callable[[str], str]:
    rest = "".join(rule for rule in kept if not rule.startswith("@keyframes"))
    return lambda rule: (
        "" if rule.startswith("@keyframes") and rule.split("{")[0].split()[1].strip() not in rest else rule
    )


def _unneeded_properties(kept: list[str]) -> Callable[[str], str]:
    """Custom properties that nobody reads: neither the kept rules nor our own style."""
    whole = "".join(kept) + (KIT / "static/backoffice/subledger.css").read_text(encoding="utf-8")
    read = set(re.findall(r"var\(\s*(--[\w-]+)", whole))
    for kind in ("*.js", "*.html", "*.py"):
        for source in _files(kind):
            read.update(re.findall(r"--tblr-[\w-]+", source.read_text(encoding="utf-8")))
    declaration = re.compile(r"(--tblr-[\w-]+):((?:[^;{}\"']|\"[^\"]*\"|'[^']*')*);?")
    return lambda rule: declaration.sub(lambda found: found[0] if found[1] in read else "", rule)


if __name__ == "__main__":
    USED.write_text(used(), encoding="utf-8")
