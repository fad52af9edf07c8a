"""Document → output.  Wordless: a renderer chooses signs and places, never words, and never sees a step."""
