"""Steps → words and blocks.  The only room that chooses words; it computes nothing."""
