-- Words that the search looks for in a contact person, and the bare digits of their phone, by their trigrams, as of
-- customers. The expression is that of accounts/searches.py, or the index is of no use.
CREATE INDEX IF NOT EXISTS contact_words ON accounts_contactperson USING gin (
    upper(' ' || name || ' ' || email || ' ' || regexp_replace(phone, '\D', '', 'g')) gin_trgm_ops);
