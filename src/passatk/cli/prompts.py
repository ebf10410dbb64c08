"""passatk prompts: the prompt templates, and what a problem looks like in one."""

from __future__ import annotations

from passatk.cli import options


def prompts(
    template: str | None = None,
    problems: str | None = None,
    problem: str | None = None,
    /,
    *,
    json: options.Json = False,
) -> None:
    """List the prompt templates, show one, or show what a problem looks like in it.

    Parameters
    ----------
    template
        A name, or a TOML file.
    problems
        A problem file, or the name of a benchmark: show its problems as the model sees them.
    problem
        Only the problem with this id.
    """
    from passatk import benchmarks
    from passatk.cli.output import print_json
    from passatk.errors import DataError
    from passatk.generation import templates
    from passatk.report.visible import visible

    if template is None:
        found = [templates.load(name) for name in templates.names()]
        if json:
            print_json([{**each.identity(), "summary": each.summary} for each in found])
            return
        for each in found:
            print(f"{each.name:<12} {each.version:<3} {each.sha256[:12]}  {each.summary}")
        return
    chosen = templates.load(template)
    if problems is None:
        if json:
            print_json(
                {**chosen.identity(), "summary": chosen.summary, "texts": dict(chosen.texts)}
            )
            return
        print(f"{chosen.name} version {chosen.version}, sha256 {chosen.sha256}")
        print(f"{chosen.summary}; answers are read as a {chosen.answer}, extract {chosen.extract}")
        for name, text in chosen.texts.items():
            print(f"\n[{name}]\n{visible(text.rstrip())}")
        return
    benchmark = benchmarks.load(problems)
    wanted = list(benchmark.problems.values())
    if problem is not None:
        wanted = [each for each in wanted if each.id == problem]
    if not wanted:
        raise DataError(
            "there is no such problem",
            expected=f"one of the {len(benchmark)} problems of {benchmark.name}",
            found=problem,
        )
    openings = {each.id: chosen.opening(each) for each in wanted}
    if json:
        print_json(
            {
                name: [{"role": turn.role, "text": turn.text} for turn in opening]
                for name, opening in openings.items()
            }
        )
        return
    for name, opening in openings.items():
        print(f"--- {visible(name)}")
        for turn in opening:
            print(f"[{turn.role}]\n{visible(turn.text.rstrip())}")
