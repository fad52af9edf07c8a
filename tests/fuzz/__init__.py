"""Random and mutated inputs: nothing but our own errors may come out, soon, and from bounded memory.

    python -m tests.fuzz [COUNT] [SEED]

COUNT inputs (200,000 by default) through the readers and a fiftieth of them through whole commands, in this process.
What broke through is printed, what took too long to be refused, and how much the memory grew.  A small share runs in
the tests.

``corpus``      real inputs: the tables of the tests, the worked examples, the commands of the README
``mutations``   small random changes, of texts and of data
``doors``       what reads what: a row for each kind of input
``attack``      inputs through a door, measured
``commands``    whole commands
"""
