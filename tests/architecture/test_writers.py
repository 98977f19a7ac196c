"""No read leads to what writes, wherever that stands; `test_permissions.py` asks whether it demands a permission."""

from __future__ import annotations

import configparser

from tests.architecture.test_house_rules import FILES, SOURCE
from tests.architecture.writes import writers, written

# Of whom every room may ask, queries too: their writes are parts of deeds, or of the machinery.
FLOORS = ("platform", "config", "demo")
# Modules that queries read, and of which one function writes that is nobody's but the house's.
READ_TOO = {
    "documents.kinds": "what rooms declare is read here; it becomes rows after a migration",
    "journal.totals": "the columns of totals are read here; a worker merges their parts",
    "stripe_client.budget": "part of the client, which adapters make; it counts calls",
}


def writing_modules() -> set[str]:
    """Those outside services, pages and the API of a room, which no query may import anyway."""
    modules = set()
    for name in written(FILES, SOURCE):
        parts = name.split(".")
        while not (SOURCE.joinpath(*parts).with_suffix(".py").is_file() or SOURCE.joinpath(*parts).is_dir()):
            parts.pop()
        if not {"services", "pages", "api"} & set(parts) and parts[0] not in FLOORS:
            modules.add(".".join(parts))
    return modules


def test_no_query_imports_a_module_that_writes():
    """The contract of import-linter names each of them beside the services: a new one is added there."""
    contracts = configparser.ConfigParser()
    contracts.read(SOURCE.parents[1] / ".importlinter")
    forbidden = contracts["importlinter:contract:queries"]["forbidden_modules"].split()
    assert forbidden[0] == "subledger.*.services"
    assert READ_TOO.keys() <= writing_modules()
    assert set(forbidden[1:]) == {f"subledger.{module}" for module in writing_modules() - READ_TOO.keys()}


PROBE = {
    "toys.gifts": '''
GIVE = "UPDATE toys_toy SET given = true"
ASK = "SELECT * FROM toys_toy FOR UPDATE"
def statement(): cursor.execute(GIVE)
def in_words():
    """DELETE FROM toys_toy is not done here."""
    return ASK
def by_function(): call_last("toys_write_v2", 1)
def by_select(): cursor.execute("SELECT journal_write_v2(%s)")
def read(): call("toys_read_v2", 1)
def saved(toy): toy.save(update_fields=["a"])
def drawn(image): image.save(out, "PNG")
def made(): Toy.objects.create(a=1)
def other(): Factory.create(a=1)
def changed(): Toy.objects.filter(pk=1).update(a=2)
def kept(values): values.update({"a": 1})
def gone(toy): toy.delete()
def through(): _hidden()
def _hidden(): Toy.objects.bulk_create([])
class Box:
    def fill(self): self._put()
    def _put(self): Toy.objects.get_or_create(a=1)
''',
    "toys.rules": "def completed(given): given.update(a=1)",
}


def test_a_write_is_found_however_it_is_made():
    found = {name.removeprefix("toys.gifts.") for name in writers(PROBE)}
    assert found == {
        "statement", "by_function", "by_select", "saved", "made", "changed", "gone", "through", "_hidden", "Box.fill",
        "Box._put",
    }  # fmt: skip
