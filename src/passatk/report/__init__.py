"""What people read: summaries of runs as text and as plain data for JSON."""
