"""Figures: pure functions from typed results to a chart, the table behind it, and its words.

    figure        Figure and Table: what every module here gives
    theme         colours as names, one palette for light and one for dark
    charts        what the charts have in common
    static        a figure as SVG, PNG or PDF, without a browser
    registry      which figures belong to the result of an analysis

    curves        pass@k and pass^k with intervals, and beyond the attempts made
    heat_map      problems by attempts
    difficulty    how the pass rate varies over problems, and the fitted distribution
    statuses      how attempts ended, by category
    prefix        the first attempts against any attempts
    hazard        the chance of a first pass, attempt by attempt
    review        what reviewing k candidates brings, and how sure the best k is
    precision     interval width over problems and attempts
    changes       a run against a baseline, for every k
    differences   the same, problem by problem
    dumbbells     the problems that changed most
    rank_sets     several runs, with the places that the data allow
    diversity     approaches, the first-variant curve, rarefaction
    selection     choosing among candidates, against chance and an oracle
    sensitivity   conditions against a reference

Colours in a chart are names of CSS variables, so that one chart serves light, dark and paper; the
static formats put the light palette in their place. Needs the extra ``report``.
"""
