"""Text → data.  A hand-written lexer and precedence parser; nothing typed is ever evaluated."""
