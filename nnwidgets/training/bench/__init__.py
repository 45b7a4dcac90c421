"""What a playground is made of, with no page about: its choices, and what they build."""
