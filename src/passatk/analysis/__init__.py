"""What a run says beyond its number: one module a question, one typed result each.

    finding     one answer: effect, interval, p, what could have been seen, one sentence
    subject     what is analysed: outcomes in generation order, and the programs problem by problem
    generated   the results of tests that a model wrote, kept beside the run
    programs    programs compared without being run
    diversity   how many different programs there are, and what copies are worth
    selection   which attempts to show, by what may be known before the verdict

Questions about outcomes take a ``Subject`` and look at its outcomes alone. Questions about programs
come in two steps, so that memory holds one problem's programs at a time: ``examine`` looks at the
attempts at one problem, ``conclude`` at what was seen of all problems.
"""
