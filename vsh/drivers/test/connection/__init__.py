"""What the test driver answers to calls on the connection: a file for each theme of the API."""
