-- Words that the search looks for in a customer, and the bare digits of its phone, by their trigrams; each has a
-- space before it, so that two letters are found where a word begins with them.
-- The expression is that of accounts/searches.py, or the index is of no use.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS customer_words ON accounts_customer USING gin (
    upper(' ' || name || ' ' || code || ' ' || email || ' ' || tax_number || ' ' || address_line1 || ' ' || city || ' '
          || postal_code || ' ' || regexp_replace(phone, '\D', '', 'g')) gin_trgm_ops);
