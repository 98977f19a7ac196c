"""Forms: what may be typed on a page; the views turn what was typed into domain values."""
