"""What the package promises of its speed and size, measured: ``python -m benchmarks [names]``.

Each module here that ``__main__.NAMES`` lists is one benchmark. It names what it is measured
against and how much better it has to be, and ``run(effort)`` returns a list of comparisons. Both
sides are measured in turns, so that a busy machine is busy for both. A module may have a
``section()`` as well: markdown about what it has measured last, headings from ``###`` on, which
goes into docs/performance.md.
"""
