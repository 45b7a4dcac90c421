"""Training as steps, runs and their history; knows no widget."""
