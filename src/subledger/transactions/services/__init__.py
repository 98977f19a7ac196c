"""The only writes of transactions. Verbs by what they do: drafts, posting, actions on posted ones, allocation."""
