"""Hours of use in minutes: ``make soak``."""
