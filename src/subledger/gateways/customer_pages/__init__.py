"""What the pages of links share, whichever room has them: their frame, the words of each language, the way onwards."""
