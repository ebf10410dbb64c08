"""What completions cost, and budgets that end a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from passatk.errors import BudgetSpent, DataError
from passatk.generation.model import Completion, Request

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Money for a million tokens, in any currency that all prices of a run are in.

    ``cached_input`` is for the part of a prompt that the server had in its cache.
    """

    input: float
    output: float
    cached_input: float | None = None

    def of(self, completion: Completion) -> float | None:
        """What a completion cost; None where the server did not report its tokens."""
        if completion.prompt_tokens is None or completion.completion_tokens is None:
            return None
        cached = min(completion.cached_tokens or 0, completion.prompt_tokens)
        cheap = self.input if self.cached_input is None else self.cached_input
        total = (
            (completion.prompt_tokens - cached) * self.input
            + cached * cheap
            + completion.completion_tokens * self.output
        )
        return total / _MILLION

    def at_most(self, request: Request, max_tokens: int) -> float:
        """A bound on what a request costs: no token is shorter than a byte."""
        prompt = sum(len(each.text.encode("utf-8", "replace")) + 16 for each in request.messages)
        return (prompt * self.input + request.count * max_tokens * self.output) / _MILLION

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def parse(cls, model: str, given: object) -> Price:
        """The price in a table of a configuration; DataError says what is wrong with it."""
        expected = "input and output, and cached_input if you like: money for a million tokens"
        known = given if isinstance(given, Mapping) else {}
        known = {str(name).replace("-", "_"): value for name, value in known.items()}
        values = {name: value for name, value in known.items() if _is_amount(value)}
        wanted = {"input", "output"}
        if not (wanted <= values.keys() <= wanted | {"cached_input"}) or len(values) < len(known):
            raise DataError(
                f"the price of {model} is no price", field="prices", expected=expected, found=given
            )
        return cls(**{name: float(value) for name, value in values.items()})


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9


class Budget:
    """Money and requests that may still be spent.

    Before a request, what it may cost is set aside: its bound where ``max_tokens`` is known, else
    the most that a completion cost so far. With a bound the budget is never exceeded.

    Args:
        spent: what the run cost before.
        max_cost: for the whole run, earlier commands included.
        max_requests: for this command, repeated ones included.
    """

    def __init__(
        self,
        price: Price | None,
        *,
        spent: float = 0.0,
        max_cost: float | None = None,
        max_requests: int | None = None,
        max_tokens: int | None = None,
    ) -> None:
        if max_cost is not None and price is None:
            raise DataError(
                "--max-cost needs the price of the model",
                field="prices",
                expected='a table such as [tool.passatk.prices."MODEL"] with input and output',
                found="none for this model",
                hint="add it to the configuration; docs/generation.md shows one",
            )
        self._price, self._max_tokens = price, max_tokens
        self._max_cost, self._max_requests = max_cost, max_requests
        self.spent, self.requests = spent, 0
        self._under_way: list[float] = []  # what is set aside, a request
        self._dearest = 0.0  # completion so far

    def reserve(self, request: Request) -> float | None:
        """What was set aside for the request; None where others under way may use up the rest.

        Raises:
            BudgetSpent: the money is spent, whatever those under way cost.
        """
        if self._max_cost is None or self._price is None:
            return 0.0
        if self._max_tokens is not None:
            amount = self._price.at_most(request, self._max_tokens)
        else:
            amount = self._dearest * request.count
        if self.spent + sum(self._under_way) + amount <= self._max_cost:
            self._under_way.append(amount)
            return amount
        if self._under_way:
            return None
        raise BudgetSpent(
            f"--max-cost {self._max_cost:g}: the next request may cost {amount:.6g}, and the run "
            f"has cost {self.spent:.6g}"
        )

    def release(self, amount: float) -> None:
        """Give back what was set aside for a request that is over."""
        if amount in self._under_way:
            self._under_way.remove(amount)

    def count_request(self) -> None:
        """Take one request from the budget, before it is sent; BudgetSpent where none is left."""
        if self._max_requests is not None and self.requests >= self._max_requests:
            raise BudgetSpent(f"--max-requests {self._max_requests}: all of them were sent")
        self.requests += 1

    def pay(self, completion: Completion) -> float | None:
        """Note what a completion cost; None where that is not known.

        Raises:
            DataError: there is a limit on money, and the server does not say what it used.
        """
        cost = None if self._price is None else self._price.of(completion)
        if cost is not None:
            self.spent += cost
            self._dearest = max(self._dearest, cost)
        return cost

    @property
    def needs_usage(self) -> bool:
        return self._max_cost is not None
