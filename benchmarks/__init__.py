"""What the package promises of its speed and size, measured: ``python -m benchmarks [names]``.

Each module here is one benchmark. It names what it is measured against and how much better it has
to be, and :func:`run` returns a list of comparisons. Both sides are measured in turns, so that a
busy machine is busy for both.
"""
