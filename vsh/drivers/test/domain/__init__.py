"""What the test driver answers to calls on a domain: a file for each theme of the API."""
