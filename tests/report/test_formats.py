"""The report as text: HTML's policy, Markdown, LaTeX and JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import jsonschema

from passatk.report.document.html import in_script, to_html
from passatk.report.document.latex import text as latex_text
from passatk.report.document.latex import to_latex
from passatk.report.document.markdown import text as markdown_text
from passatk.report.document.markdown import to_markdown
from passatk.report.document.model import Report
from passatk.report.document.plain import schema, to_dict

MARKDOWN = """\
### new against old

40 problems, 1,600 attempts

| metric | new | old | change | p |  |
| --- | --- | --- | --- | --- | --- |
"""


def test_the_policy_allows_the_scripts_and_the_style_by_hash(two: Report) -> None:
    """Every inline script and style has its hash in the policy, and there is nothing else."""
    page = to_html(two)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    bodies = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL)
    assert 3 == len(bodies)
    for body in bodies:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    assert "http" not in allowed


def test_the_same_report_is_the_same_file(one: Report) -> None:
    """Nothing in it depends on the moment or on an order that nobody gave."""
    assert to_html(one) == to_html(one)


def test_json_in_a_script_cannot_end_it() -> None:
    """No character of HTML, and none that ends a line of JavaScript."""
    written = in_script({"a": "</script><!-- \u2028\u2029 &"})
    assert not set("<>&\u2028\u2029") & set(written)
    assert {"a": "</script><!-- \u2028\u2029 &"} == json.loads(written)


def test_hostile_text_in_html(poisoned: Report) -> None:
    """Not once does it stand in the file as it came."""
    page = to_html(poisoned)
    assert "<script>alert" not in page
    assert "</title>{{" not in page
    assert not {"\u202e", "\u2066", "\x1b"} & set(page)


def test_findings_come_in_order_of_importance(one: Report) -> None:
    """What was found stands open and first; the rest is folded, by kind."""
    page = to_html(one)
    sentences = [
        "Later attempts are worse",
        "<details>",
        "No trend",
        "120 tokens",
        "cannot be told",
    ]
    first_screen = page[page.index('id="findings"') : page.index('id="what"')]
    places = [first_screen.index(each) for each in sentences]
    assert sorted(places) == places


def test_code_is_in_the_store_not_in_the_file(poisoned: Report) -> None:
    """Programs, details and outputs are not written."""
    assert '"program"' not in json.dumps(to_dict(poisoned))


def test_markdown(two: Report) -> None:
    """Result lines with the change, intervals for both targets, how to repeat it."""
    written = to_markdown(two)
    assert written.startswith(MARKDOWN)
    rows = [line for line in written.splitlines() if line.startswith("| pass@")]
    assert ["pass@1", "pass@10"] == [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert all(row.endswith("| **improved** |") for row in rows)
    assert "| new | pass@1 | **" in written
    assert "passatk report new old -o report.html" in written
    assert written.endswith("<sub>passatk 0.1.0, 2026-11-26 12:30 UTC</sub>\n")


def test_markdown_of_one_run_tells_what_was_found(one: Report) -> None:
    """What was found stands open, what was not is folded."""
    written = to_markdown(one)
    before, after = written.split("<summary>Looked for and not found</summary>")
    assert "* Later attempts are worse. (-0.100 \\[-0.150, -0.050\\] pass@1; p=0.001 (" in before
    assert "No trend was seen" in after


def test_hostile_text_in_markdown() -> None:
    """No markup, no mention, no issue, no second line."""
    assert (
        r"a\|b \*c\* \`d\` \[e\](f) &lt;b&gt; @<!-- -->team #<!-- -->1 http:<!-- -->//x"
        == markdown_text("a|b *c* `d` [e](f) <b> @team #1 http://x")
    )
    assert "pass@1" == markdown_text("pass@1")
    assert "a b" == markdown_text("a\nb")
    assert r"\\u202e" == markdown_text("\u202e")


def test_latex(three: Report) -> None:
    """Values with intervals, then the places that the data allow."""
    lines = to_latex(three).splitlines()
    assert r"\begin{tabular}{lrr}" in lines
    assert r" & pass@1 & pass@5 \\" in lines
    assert r"place of older & 3 & 2--3 \\" in lines
    value = r"0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]"
    assert any(re.fullmatch(rf"new & {value} & {value} \\\\", line) for line in lines)
    assert lines.count(r"\midrule") == 2


def test_latex_with_two_runs_has_the_change(two: Report) -> None:
    """In percentage points, with signs as mathematics, and p."""
    written = to_latex(two)
    assert re.search(r"change & \$\+\$\d+\.\d \[\$\+\$\d+\.\d, \$\+\$\d+\.\d\]", written)
    assert re.search(r"\$p\$ & \$<\$0\.001 &", written)


def test_hostile_text_in_latex() -> None:
    """Every character that LaTeX acts on is set as itself."""
    assert (
        r"\textbackslash{}input\{x\} 100\% \$a\_b\$ \#1 \& \textasciitilde{} a-{}-b"
        == latex_text(r"\input{x} 100% $a_b$ #1 & ~ a--b")
    )
    assert r"\textbackslash{}u202e" == latex_text("\u202e")
    assert r"a {\char34}b{\char34}" == latex_text('a "b"')  # in any font encoding


def test_json_holds_to_its_schema(
    one: Report, two: Report, three: Report, poisoned: Report
) -> None:
    """Every kind of report does, and is plain JSON."""
    rules = schema()
    jsonschema.Draft202012Validator.check_schema(rules)
    for report in (one, two, three, poisoned):
        document = json.loads(json.dumps(to_dict(report), allow_nan=False))
        jsonschema.validate(document, rules, cls=jsonschema.Draft202012Validator)


def test_json_has_what_the_page_shows(one: Report) -> None:
    """Estimates for both targets, findings, and the numbers of every figure."""
    (run,) = to_dict(one)["runs"]
    assert ["pass@1", "pass@10"] == [each["metric"] for each in run["estimates"]]
    assert {"fixed"} == {each["target"] for each in run["estimates_again"]}
    sections = {section["key"]: section for section in run["sections"]}
    assert "x.seen" in [each["code"] for each in sections["order"]["findings"]]
    figures = {each["name"] for section in run["sections"] for each in section["figures"]}
    assert {"curves", "heat-map", "difficulty", "statuses", "order", "hazard"} <= figures
