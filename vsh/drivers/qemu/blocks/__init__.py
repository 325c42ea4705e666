"""The images and block nodes of guests: chains, jobs on them, bitmaps in them, limits."""
