"""What an attempt did on the tests, as a signature: equal ones behaved alike."""

from __future__ import annotations

import re

from passatk.records import Status, Verdict

# Where an object lies in memory differs from run to run, not from program to program.
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


def signature(verdict: Verdict) -> tuple[str, str, str, str] | None:
    """Status, letter of each test, first failure, end of the output; None where no test is known.

    All passing attempts with silent programs are alike by it. It rests on all tests, hidden ones
    too: it describes attempts and may not choose among them.
    """
    if not verdict.tests or verdict.status is Status.JUDGE_ERROR:
        return None
    detail, output = (_ADDRESS.sub("0x", text) for text in (verdict.detail, verdict.output))
    return (str(verdict.status), verdict.tests, detail, output)
