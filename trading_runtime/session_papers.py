"""What a session's journal says of the policies and settings it trades with, so that `why` needs nothing else."""

from typing import Any

from trading_runtime.policy.bundle import BundleSpec
from trading_runtime.policy.loader import LoadedPolicy
from trading_runtime.settings import Settings


def effective_settings(settings: Settings) -> dict[str, Any]:
    """The settings that decide what is traded; not where things lie."""
    chosen = settings.model_dump(mode="json", include={"costs", "risk"})
    return chosen | {"initial_cash": str(settings.trading.initial_cash), "universe": settings.universe}


def _differences(spec: BundleSpec, settings: Settings) -> list[str]:
    """Costs and limits that are not those the policy was trained under, in words."""
    pairs = (
        ("costs", spec.cost_model, settings.costs.model_dump(mode="json")),
        ("risk", spec.risk_profile, settings.risk.model_dump(mode="json")),
    )
    return [
        f"{group}.{name}: trained under {value}, traded under {now[name]}"
        for group, then, now in pairs
        for name, value in then.items()
        if name in now and now[name] != value
    ]


def papers_of(policy: LoadedPolicy, settings: Settings) -> dict[str, Any]:
    """Version, digest, training run, data lineage and gate of a policy, and what differs from its training."""
    spec = policy.spec
    return {
        "version": policy.entry.version,
        "digest": policy.entry.digest,
        "run_id": policy.entry.run_id,
        "name": spec.name,
        "kind": spec.kind,
        "instruments": spec.instruments,
        "features": spec.features,
        "scaler": spec.scaler.model_dump(),
        "agents": spec.agents,
        "data": spec.data.model_dump(),
        "training": spec.training.model_dump(),
        "gate": spec.gate.model_dump(),
        "periods_per_year": spec.periods_per_year,
        "fallback_reason": policy.fallback_reason,
        "differences": _differences(spec, settings),
    }
