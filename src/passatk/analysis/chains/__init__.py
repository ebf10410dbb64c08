"""What attempts gain that saw feedback on the one before.

controls   independent attempts to hold chains against
costs      what chains and attempts cost, where samples say so
success    what chains reach by a step
lifts      chains minus independent attempts
result     all of it as one result
"""

from passatk.analysis.chains.result import ChainsResult, analyse

__all__ = ["ChainsResult", "analyse"]
