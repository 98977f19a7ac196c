"""What decides: the level that comes next, and interest by days."""
