"""The prompt: everything that needs a terminal, built on prompt_toolkit."""
