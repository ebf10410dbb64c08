"""Selection: which of the attempts to show, and what each way to choose is worth.

    signals   what may be known of attempts before the verdict: outcomes of tests that are at hand
    ranking   the rankers, and the order in which ``passatk select`` shows attempts
    seen      ``examine``: the attempts at one problem, scored by every ranker
    conclude  ``conclude``: rankers against random order and an oracle
    result    the typed result

No ranker sees the verdict that it is judged by. The page docs/analysis/selection.md has the
formulas and when not to use them.
"""

from passatk.analysis.selection.conclude import conclude
from passatk.analysis.selection.ranking import Choice, choose
from passatk.analysis.selection.result import Selection
from passatk.analysis.selection.seen import Part, examine

__all__ = ["Choice", "Part", "Selection", "choose", "conclude", "examine"]
