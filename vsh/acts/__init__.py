"""What takes several calls: each act is a function or an iteration that any Python program can use.

An act yields its progress and knows no session and no terminal.  What fails raises an ``Error``;
where the steps of an act are told apart, the error carries the step as a note (``errors.doing``).
"""
