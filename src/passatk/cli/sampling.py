"""What commands that sample from a model have in common."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.errors import DataError, PassatkError

if TYPE_CHECKING:
    from passatk.generation.model import Model
    from passatk.generation.model_settings import Settings
    from passatk.generation.prices import Price
    from passatk.records import Benchmark
    from passatk.sampling.plan import Plan
    from passatk.sampling.run import Asking, Sampling


def _of(name: str, short: str | None = None, *, at_least: float | None = None) -> Parameter:
    """A parameter that the environment may give as PASSATK_NAME."""
    return Parameter(
        name=[f"--{name}", short] if short else f"--{name}",
        env_var=f"PASSATK_{name.replace('-', '_').upper()}",
        negative="",
        validator=() if at_least is None else Number(gte=at_least),
    )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SamplingOptions:
    """Options of generate and run."""

    model: Annotated[str | None, _of("model", "-m")] = None
    """The model's name on its server; cmd:COMMAND; or builtin, builtin:skill=0.4,gain=1."""
    n: Annotated[int | None, Parameter(name=["--attempts", "-n"], validator=Number(gte=1))] = None
    """Attempts at each problem (with --feedback: chains)."""
    name: str | None = None
    """What to call the run (default: from the model and the problems)."""
    extend: Annotated[int | None, Parameter(validator=Number(gte=1))] = None
    """Add so many attempts at each problem to a run that is there."""
    replace: Annotated[bool, Parameter(negative="")] = False
    """Delete an earlier run of that name first."""

    base_url: Annotated[str | None, _of("base-url")] = None
    """Where the server is, such as http://localhost:8000/v1 (also OPENAI_BASE_URL)."""
    api_key_env: Annotated[str, _of("api-key-env")] = "OPENAI_API_KEY"
    """The environment variable that holds the key."""
    prompt: Annotated[str | None, _of("prompt")] = None
    """A prompt template by name (passatk prompts lists them), or a TOML file."""
    system: Annotated[str | None, _of("system")] = None
    """A system prompt in place of the template's."""
    temperature: Annotated[float | None, _of("temperature")] = None
    """How far sampling departs from the likeliest text; 0 for greedy decoding."""
    top_p: Annotated[float | None, _of("top-p")] = None
    """Sample among the likeliest tokens that have this much probability together."""
    max_tokens: Annotated[int | None, _of("max-tokens")] = None
    """The longest completion; what is cut off there is an attempt, marked truncated."""
    stop: Annotated[tuple[str, ...], Parameter(name="--stop", negative="")] = ()
    """A text that ends a completion; may be given several times."""
    sampling_seed: Annotated[int | None, _of("sampling-seed")] = None
    """Attempt number j is asked for with this seed plus j, where the server takes seeds."""
    reasoning_effort: Annotated[str | None, _of("reasoning-effort")] = None
    """For models that reason: low, medium, high, or what the server knows."""
    extra_body: Annotated[str | None, _of("extra-body")] = None
    """Further fields of every request, as a JSON object."""
    perturb: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    """Change the problems first, keeping what they mean; passatk perturb lists the ways."""

    concurrency: Annotated[int, _of("concurrency", at_least=1)] = 16
    """Requests under way at once."""
    per_request: Annotated[int, _of("per-request", at_least=1)] = 8
    """Completions to ask for in one request, where the server gives several."""
    requests_per_minute: Annotated[float | None, _of("requests-per-minute", at_least=0.01)] = None
    """Send no more than this, evenly spaced."""
    timeout: Annotated[float, _of("timeout", at_least=0.01)] = 600.0
    """Seconds for a request."""
    retries: Annotated[int, _of("retries", at_least=0)] = 8
    """How often a request is sent again after a fault on the way."""
    max_cost: Annotated[float | None, _of("max-cost", at_least=0)] = None
    """Stop before the run costs more, by the prices in the configuration."""
    max_requests: Annotated[int | None, _of("max-requests", at_least=0)] = None
    """Send no more requests than this in this command."""


def kind_of(model: str) -> Literal["server", "command", "builtin"]:
    if model.startswith("cmd:"):
        return "command"
    return "builtin" if model.partition(":")[0] == "builtin" else "server"


def settings_of(options: SamplingOptions) -> Settings:
    """How the model is sampled, by what the options say."""
    from passatk.generation import templates
    from passatk.generation.model_settings import Settings

    if options.model is None:
        raise PassatkError(
            "no model\n  next: name one with --model, in PASSATK_MODEL or in passatk.toml"
        )
    kind = kind_of(options.model)
    default = {
        "server": templates.DEFAULT_CHAT,
        "command": templates.DEFAULT_COMPLETION,
        "builtin": templates.NONE,
    }[kind]
    return Settings(
        kind=kind,
        model=options.model,
        template=templates.load(options.prompt or default),
        temperature=options.temperature,
        top_p=options.top_p,
        seed=options.sampling_seed,
        stop=options.stop,
        max_tokens=options.max_tokens,
        reasoning_effort=options.reasoning_effort,
        system=options.system,
        extra_body=_json_object(options.extra_body),
    )


def plan_of(
    options: SamplingOptions,
    settings: Settings,
    *,
    feedback: int | None = None,
    stop_at: int | None = None,
) -> Plan:
    """How many attempts there are to be, by what the options say."""
    from passatk.sampling.plan import Plan
    from passatk.stats.stopping import StopAtSuccess

    if feedback is not None and "feedback" not in settings.template.texts:
        raise PassatkError(
            f"--feedback: the prompt template {settings.template.name} has no words for it\n"
            "  next: choose one for conversations with --prompt, such as chat"
        )
    if options.extend is not None and options.n is not None:
        raise PassatkError(
            "-n and --extend at once\n  next: --extend alone adds attempts to what is there"
        )
    n = options.n or 0
    if stop_at is None:
        return Plan(n, steps=feedback)
    if not n:
        raise PassatkError("--stop-at needs -n, the most attempts at a problem")
    return Plan(n, steps=feedback, rule=StopAtSuccess(stop_at, n))


def controlled(sampling: Sampling) -> Sampling:
    """As many attempts without feedback, under the same settings, in a run of their own."""
    from passatk.sampling.plan import Plan

    plan = sampling.plan
    assert plan.steps is not None
    return replace(
        sampling,
        name=f"{sampling.name}-control",
        plan=Plan(plan.attempts * plan.steps),
        extend=None if sampling.extend is None else sampling.extend * plan.steps,
    )


def perturbed(
    benchmark: Benchmark, options: SamplingOptions, *, isolation: str = "strict"
) -> Benchmark:
    """The problems, changed in the ways that the options name."""
    if not options.perturb:
        return benchmark
    from passatk.cli.perturb import checked

    return checked(benchmark, options.perturb, isolation=isolation)


def sampling_of(
    options: SamplingOptions, benchmark: Benchmark, settings: Settings, plan: Plan
) -> Sampling:
    from passatk.sampling.run import Sampling

    source: dict[str, Any] = {"model": settings.model}
    if settings.kind == "server":
        from passatk.generation.openai_server import shown_url

        url = _base_url(options)
        source["base_url"] = None if url is None else shown_url(url)
    return Sampling(
        name=options.name or run_name(settings.model, benchmark.name),
        benchmark=benchmark,
        settings=settings,
        plan=plan,
        source=source,
        variant="+".join(options.perturb) or None,
        extend=options.extend,
        replace=options.replace,
    )


def model_maker(options: SamplingOptions, settings: Settings) -> Callable[[int], Model]:
    """What makes the model, once it is known how many attempts there will be at each problem."""
    if settings.kind == "command":
        from passatk.generation.command import CommandModel

        return lambda attempts: CommandModel(settings, timeout=options.timeout)
    if settings.kind == "builtin":
        from passatk.generation.builtin_model import BuiltinModel, parse_model

        sampler, gain = parse_model(settings.model)
        return lambda attempts: BuiltinModel(sampler, gain=gain, attempts=attempts)
    from passatk.generation.openai_server import OpenAIServer

    url = _base_url(options)
    key = os.environ.get(options.api_key_env) or None
    if key is None and url is None:
        raise PassatkError(
            f"no key for the OpenAI API: {options.api_key_env} is not set\n"
            "  next: set it, name another variable with --api-key-env, or say where your own "
            "server is with --base-url"
        )
    return lambda attempts: OpenAIServer(
        settings,
        base_url=url,
        key=key,
        timeout=options.timeout,
        connections=options.concurrency,
    )


def asking_of(options: SamplingOptions, settings: Settings, attempts: int | None) -> Asking:
    from passatk.sampling.run import Asking

    # The built-in sampler draws all attempts at a problem at once.
    everything = max(options.per_request, attempts or 0, 1024)
    return Asking(
        concurrency=options.concurrency,
        per_request=everything if settings.kind == "builtin" else options.per_request,
        retries=options.retries,
        per_minute=options.requests_per_minute,
        price=price_of(settings.model),
        max_cost=options.max_cost,
        max_requests=options.max_requests,
    )


def price_of(model: str) -> Price | None:
    """The price of a model in the configuration; None where it has none."""
    from passatk.cli.configuration import find
    from passatk.generation.prices import Price

    tables, _ = find()
    prices = tables.get("prices", {})
    return Price.parse(model, prices[model]) if model in prices else None


def run_name(model: str, benchmark: str) -> str:
    """A name for a run: the last part of the model's name, and the problems'."""
    short = re.sub(r"[^\w.+=-]+", "-", model.rpartition("/")[2]).strip("-") or "model"
    return f"{short[:60]}-{benchmark}"


def _base_url(options: SamplingOptions) -> str | None:
    url = options.base_url or os.environ.get("OPENAI_BASE_URL") or None
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or too large
        sound = False
    if not sound:  # not shown: what was taken for a port may be a password
        raise PassatkError(
            "--base-url: not an address of a server\n"
            "  expected: http:// or https:// and so on, such as http://localhost:8000/v1"
        )
    if "@" in parts.netloc:
        raise PassatkError(
            "--base-url: a user or a password in the address\n"
            "  next: leave it out, and put the key into OPENAI_API_KEY (see --api-key-env)"
        )
    return url


def _json_object(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DataError(
            "--extra-body is not a JSON object",
            field="extra-body",
            expected='such as {"top_k": 40}',
            found=text,
        )
    return value
