"""Where rows come from: one file a source, each with a class that satisfies `BarSource` (base.py).

Belongs here: reading a file into the raw columns, in file order, with honest times, and saying what could not be read.
Does not belong here: judging rows (suites/), dropping rows, writing the lake. Bundled sources read the data files of installed
packages and never import the packages themselves, which takes seconds.
"""
