"""What several formats have: declared once."""
