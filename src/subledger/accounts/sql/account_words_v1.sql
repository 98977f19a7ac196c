-- Words that the search looks for in an account itself, by their trigrams; those of its customer have an index of their
-- own. Each has a space before it. The expression is that of accounts/searches.py, or the index is of no use.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS account_words ON accounts_account USING gin (
    upper(' ' || number || ' ' || code || ' ' || name) gin_trgm_ops);
