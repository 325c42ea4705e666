"""The grammar: what a user may type, and how it becomes a call of a command."""
