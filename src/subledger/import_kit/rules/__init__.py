"""Fields, columns and cells of files as pure functions."""
