"""What a network is, in numbers: NumPy and PyTorch only, usable with no notebook."""
