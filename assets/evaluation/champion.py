"""The policy that trades."""

import json

import dagster as dg

from assets.evaluation.inputs import CODE_VERSION, GROUP, TAGS, run_time
from assets.metadata import OWNER
from assets.resources import LeadlineResource


@dg.asset(
    group_name=GROUP,
    kinds={"mlflow", "json"},
    owners=[OWNER],
    tags=TAGS,
    code_version=CODE_VERSION,
    deps=["registered_policy", "baseline_policy"],
)
def champion(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Applies the gate's verdict: promotes the registered policy if it passed, else records the refusal and its reasons once.

    Sets MLflow's aliases `champion` and `challenger` and the pointer file that the runtime reads. Every change of champion is a line
    of the promotion log. Used by the paper session and by live trading.
    """
    from models.registry import Registry
    from trading_runtime.files import canonical_json, sha256_text

    gate = json.loads((leadline.lake.folder("learning", "registered_policy") / "gate.json").read_text())
    registry = Registry(leadline.settings)
    if gate["verdict"] == "pass":
        registry.promote(gate["version"], run_time(context))
    else:
        registry.refuse(gate["version"], run_time(context))
    pointers = registry.sync()
    log = registry.promotions()
    names = {"champion": pointers.champion, "challenger": pointers.challenger}
    return dg.MaterializeResult(
        metadata={
            "verdict": gate["verdict"],
            **{f"{alias}_version": entry.version for alias, entry in names.items() if entry},
            **{f"{alias}_digest": entry.digest for alias, entry in names.items() if entry},
            "promotion_log": dg.MetadataValue.md(
                "\n".join(
                    f"- {line['time']} {line['action']} version {line['version']}: {line['reason']}" for line in log
                )
            ),
        },
        data_version=dg.DataVersion(sha256_text(canonical_json(pointers.model_dump(mode="json")))),
    )
