"""Are the numbers of a run earned? Detectors of what makes them look better than they are.

    reading, literals   what is known of a program: keys of its forms, its literals
    part                the attempts at one problem (``examine``)
    near_duplicates     pass@k that grows by variants of one program
    concentration       a gain that comes from one kind of problem
    memorised           right attempts that are the reference solution
    cutoff              a drop at the date up to which training data go
    perturbed           a drop on problems that were changed a little
    sorted_attempts     the best attempt first, and a tail of repeats
    hard_coded          answers of the tests in the code; programs for the visible tests
    tampering           programs that tried to get past the judge
    evidence            from a statistic and chance to a finding, and the corrections
    conclusion          all of them over all problems (``conclude``)

A finding says what data are consistent with. It accuses nobody: every sign here has honest causes
too, which ``docs/analysis/integrity.md`` names.
"""

from passatk.analysis.integrity.conclusion import IntegrityReport, Programs, conclude
from passatk.analysis.integrity.part import Part, examine

__all__ = ["IntegrityReport", "Part", "Programs", "conclude", "examine"]
