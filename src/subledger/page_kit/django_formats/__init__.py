"""How Django writes and reads numbers and days, by language: everywhere as in English. Ours are `page_kit.formats`."""
