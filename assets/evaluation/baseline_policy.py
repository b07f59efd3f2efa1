"""The transparent baseline, registered; the first champion."""

import dagster as dg

from assets.evaluation.inputs import CODE_VERSION, GROUP, TAGS, bundle_folder, read_data, run_time
from assets.evaluation.lineage import data_checks, data_lineage
from assets.metadata import OWNER
from assets.resources import LeadlineResource


@dg.asset(
    group_name=GROUP,
    kinds={"onnx", "mlflow"},
    owners=[OWNER],
    tags=TAGS,
    code_version=CODE_VERSION,
    deps=["training_frame", "dataset_splits"],
)
def baseline_policy(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Volatility-targeted equal weight, long only, in the same bundle format as a trained policy.

    Each instrument gets an equal share of capital, less when its 20-bar volatility is above 20% a year. It is the first champion, so
    that the runtime always has an approved policy, and the bar a trained policy has to clear. A champion that was
    judged on other instruments, or whose features this installation no longer computes, is replaced by it.
    """
    from models.baseline import baseline_parts
    from models.policy_bundle import write_bundle
    from models.registry import Registry
    from trading_runtime.policy.bundle import GateVerdict

    settings, lake = leadline.settings, leadline.lake
    data = read_data(lake)
    parts = baseline_parts(data.symbols, data.splits["periods_per_year"], settings)
    lineage = data_lineage(lake, data.splits, data_checks(context))
    folder = bundle_folder(lake, "baseline")
    spec = write_bundle(folder, parts, lineage, settings, {}, GateVerdict(verdict="baseline", criteria=[]))
    registry = Registry(settings)
    registered = registry.register(folder, parts.hyperparameters, {})
    promoted = registry.usable_champion(spec.instruments) is None
    if promoted:
        registry.promote(registered.version, run_time(context))
    return dg.MaterializeResult(
        metadata={
            "version": registered.version,
            "digest": spec.digest,
            "newly_registered": registered.created,
            "became_champion": promoted,
            "instruments": spec.instruments,
            "mlflow_run": registered.run_id,
        },
        data_version=dg.DataVersion(spec.digest),
    )
