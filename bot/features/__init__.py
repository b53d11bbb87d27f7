"""Features: one file each, read top to bottom: router, callback data, handlers, views."""
