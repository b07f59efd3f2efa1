"""The out-of-sample evaluation: candidate, champion and baselines through the runtime's engine."""

import json

import dagster as dg
import pandas as pd

from assets.evaluation.inputs import CODE_VERSION, GROUP, TAGS, bundle_folder, read_data
from assets.evaluation.lineage import data_checks, data_lineage
from assets.metadata import OWNER, picture
from assets.resources import LeadlineResource


@dg.asset(
    group_name=GROUP,
    kinds={"python", "parquet"},
    owners=[OWNER],
    tags=TAGS,
    code_version=CODE_VERSION,
    deps=["meta_agent", "baseline_policy", "training_frame", "dataset_splits"],
)
def out_of_sample_evaluation(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Candidate, champion, buy-and-hold and equal weight over the evaluation period, which no training has seen.

    One equity curve a policy, after costs, through the same engine, fills and risk checks that trade; and once more with all
    costs multiplied. Equity by bar at `learning/out_of_sample_evaluation`, figures in `evaluation.json`. Used by the gate.
    """
    from models.evaluation.backtests import candidate_and_rivals, evaluate
    from models.evaluation.pictures import equity_curves
    from models.evaluation.results import equity_frame, evaluation_json, metrics_table
    from models.policy_bundle import candidate_parts, write_bundle
    from models.registry import Registry
    from trading_runtime.files import canonical_json, sha256_text, write_json
    from trading_runtime.policy.bundle import GateVerdict

    settings, lake = leadline.settings, leadline.lake
    data = read_data(lake)
    start, end = data.time("evaluation_start"), data.time("evaluation_end")
    folder = bundle_folder(lake, "candidate")
    parts = candidate_parts(
        lake.folder("learning", "agents") / "meta", data.symbols, data.splits["periods_per_year"], settings
    )
    spec = write_bundle(
        folder,
        parts,
        data_lineage(lake, data.splits, data_checks(context)),
        settings,
        {},
        GateVerdict(verdict="refuse", criteria=[]),
    )
    policies = candidate_and_rivals(folder, spec, Registry(settings))
    evaluation = evaluate(data.bars, data.frame, policies, settings, start, end, data.splits["periods_per_year"])

    summary = evaluation_json(evaluation, str(start), str(end), spec.files)
    written = lake.write("learning", "out_of_sample_evaluation", "all", equity_frame(evaluation))
    write_json(lake.folder("learning", "out_of_sample_evaluation") / "evaluation.json", summary)
    own = evaluation.metrics["candidate"]
    return dg.MaterializeResult(
        metadata={
            "equity_curves": picture(equity_curves(evaluation.equity, "Out of sample, after costs")),
            "figures": dg.MetadataValue.md(metrics_table(evaluation)),
            **{f"candidate_{name}": value for name, value in own.as_dict().items()},
            **{f"{name}_sharpe": metrics.sharpe for name, metrics in evaluation.metrics.items()},
            "first": str(start),
            "last": str(end),
            "dagster/row_count": written.rows,
        },
        data_version=dg.DataVersion(sha256_text(written.sha256 + canonical_json(summary))),
    )


@dg.asset_check(asset="out_of_sample_evaluation", blocking=True)
def no_training_on_evaluation_dates(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Training ended before evaluation began, with the embargo between them, and the evaluated curves stay inside their period."""
    lake = leadline.lake
    data = read_data(lake)
    curves = lake.read("learning", "out_of_sample_evaluation")
    times = data.frame["event_time"].drop_duplicates()
    between = int(((times > data.time("train_end")) & (times < data.time("evaluation_start"))).sum())
    evaluated = json.loads((lake.folder("learning", "out_of_sample_evaluation") / "evaluation.json").read_text())
    inside = curves["event_time"].between(data.time("evaluation_start"), data.time("evaluation_end"))
    passed = (
        data.time("train_end") < data.time("evaluation_start")
        and between >= int(data.splits["embargo_bars"])
        and bool(inside.all())
        and pd.Timestamp(evaluated["start"]) == data.time("evaluation_start")
    )
    return dg.AssetCheckResult(
        passed=passed,
        metadata={
            "train_end": data.splits["train_end"],
            "evaluation_start": data.splits["evaluation_start"],
            "embargo_bars_required": int(data.splits["embargo_bars"]),
            "bars_between": between,
            "rows_outside": int((~inside).sum()),
        },
    )
