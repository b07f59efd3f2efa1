"""The trained policy with its verdict, as a model version."""

import json

import dagster as dg

from assets.evaluation.inputs import CODE_VERSION, GROUP, TAGS, bundle_folder, read_data
from assets.metadata import OWNER
from assets.resources import LeadlineResource


@dg.asset(
    group_name=GROUP,
    kinds={"onnx", "mlflow"},
    owners=[OWNER],
    tags=TAGS,
    code_version=CODE_VERSION,
    deps=["out_of_sample_evaluation", "dataset_splits"],
)
def registered_policy(leadline: LeadlineResource) -> dg.MaterializeResult:
    """The trained policy as a bundle with its out-of-sample figures and the gate's verdict, registered in MLflow.

    One model version a digest; the verdict and its reasons are tags of the version, and `gate.json` lies beside the bundle. Registered
    whether it passes or not: the newest sound version that is not champion is challenger and trades on paper beside it.
    """
    from models.evaluation.gate import gate_table, judge, reasons
    from models.evaluation.results import read_evaluation
    from models.policy_bundle import candidate_parts, write_bundle
    from models.registry import Registry
    from trading_runtime.files import write_json
    from trading_runtime.policy.bundle import read_bundle

    settings, lake = leadline.settings, leadline.lake
    data = read_data(lake)
    evaluation = read_evaluation(
        lake.read("learning", "out_of_sample_evaluation"),
        json.loads((lake.folder("learning", "out_of_sample_evaluation") / "evaluation.json").read_text()),
    )
    verdict = judge(evaluation, settings.gate)
    metrics = evaluation.metrics["candidate"].as_dict()
    parts = candidate_parts(
        lake.folder("learning", "agents") / "meta", data.symbols, data.splits["periods_per_year"], settings
    )
    lineage = read_bundle(bundle_folder(lake, "candidate")).data
    folder = bundle_folder(lake, "policy")
    spec = write_bundle(folder, parts, lineage, settings, metrics, verdict)
    registered = Registry(settings).register(folder, {"steps": parts.steps, "seed": parts.seed}, metrics)
    write_json(
        lake.folder("learning", "registered_policy") / "gate.json",
        verdict.model_dump(mode="json") | {"version": registered.version, "digest": registered.digest},
    )
    return dg.MaterializeResult(
        metadata={
            "gate": dg.MetadataValue.md(gate_table(verdict)),
            "verdict": verdict.verdict,
            "reasons": reasons(verdict),
            "version": registered.version,
            "digest": spec.digest,
            "newly_registered": registered.created,
            "mlflow_run": registered.run_id,
            **metrics,
        },
        data_version=dg.DataVersion(spec.digest),
    )


def _gate_json(leadline: LeadlineResource) -> dict:
    return json.loads((leadline.lake.folder("learning", "registered_policy") / "gate.json").read_text())


@dg.asset_check(asset="registered_policy")
def gate(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Whether the policy may become champion. A refusal is a result, not a failure: it warns, and the champion stays."""
    from models.evaluation.gate import gate_table
    from trading_runtime.policy.bundle import GateVerdict

    stored = _gate_json(leadline)
    verdict = GateVerdict(verdict=stored["verdict"], criteria=stored["criteria"])
    failed = [criterion.name for criterion in verdict.criteria if not criterion.passed]
    return dg.AssetCheckResult(
        passed=verdict.verdict == "pass",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "criteria": dg.MetadataValue.md(gate_table(verdict)),
            "failed": failed,
            "criteria_passed": len(verdict.criteria) - len(failed),
        },
    )


@dg.asset_check(asset="registered_policy", blocking=True)
def bundle_integrity(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """The bundle in the registry has the digest it was registered with, and its network runs on this installation's features."""
    from models.registry import Registry
    from trading_runtime.errors import BundleIntegrityError
    from trading_runtime.policy.runner import OnnxPolicy

    settings, stored = leadline.settings, _gate_json(leadline)
    registry = Registry(settings)
    entry = registry.entry(stored["version"])
    try:
        OnnxPolicy(settings.paths.root / entry.path, registry.verified(entry))
    except BundleIntegrityError as error:
        return dg.AssetCheckResult(passed=False, metadata={"difference": str(error)})
    return dg.AssetCheckResult(
        passed=entry.digest == stored["digest"], metadata={"digest": entry.digest, "path": entry.path}
    )
