"""The seven feature tables, one a family: pure functions of the marts, stored in the lake's feature zone."""

from collections.abc import Sequence

import dagster as dg

from assets.features.inputs import GROUP, TAGS, read_mart, source_version
from assets.metadata import OWNER, frame_metadata
from assets.resources import LeadlineResource
from feature_repo.catalogue import FAMILIES, features_of

SHARED_CODE = ("catalogue.py", "transforms/__init__.py", "transforms/rolling.py", "transforms/context.py")
CONTENTS = {
    "trend": "Direction and strength of the trend.",
    "mean_reversion": "Distance from averages, and oscillators.",
    "volatility": "How much the price moves, per bar and not annualized.",
    "momentum": "Returns over several horizons, drawdown and place in the channel.",
    "volume": "Traded volume and where in the bar's range it fell; empty for sources without volume.",
    "cross_asset": "The instrument against its universe and against the S&P 500 as known at the bar.",
    "macro": "The economy and the broad market as known, one value for all instruments.",
}


def _description(family: str) -> str:
    grain = "when something became known or went stale" if family == "macro" else "of one instrument and bar"
    lines = [f"- `{spec.name}`: {spec.description} ({spec.source})" for spec in features_of(family)]
    return "\n".join(
        [
            f"{CONTENTS[family]} One row {grain}, times in UTC; NaN where unknown. Computed from the marts by "
            f"`feature_repo.transforms.{family}`; a row uses nothing later than its own time. Used by the feature store.",
            "",
            *lines,
        ]
    )


def _table_asset(family: str, deps: Sequence[str]) -> dg.AssetsDefinition:
    @dg.asset(
        name=f"{family}_features",
        group_name=GROUP,
        kinds={"python", "parquet"},
        owners=[OWNER],
        tags=TAGS | {"family": family},
        code_version=source_version(*SHARED_CODE, "transforms/families.py", f"transforms/{family}.py"),
        description=_description(family),
        deps=list(deps),
    )
    def table(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
        from feature_repo.transforms import compute_features
        from feature_repo.transforms.macro import macro_table

        paths = leadline.settings.paths
        if family == "macro":
            frame = macro_table(read_mart(paths, "market_context"))
        else:
            known = read_mart(paths, "market_context") if "market_context" in deps else None
            frame = compute_features(read_mart(paths, "adjusted_bars"), known, [family])
        written = leadline.lake.write("features", f"{family}_features", "all", frame)
        names = [spec.name for spec in features_of(family)]
        return dg.MaterializeResult(
            metadata=frame_metadata(frame)
            | {"features": len(names), "known_share": round(float(frame[names].notna().to_numpy().mean()), 4)},
            data_version=dg.DataVersion(written.sha256),
        )

    return table


BARS, CONTEXT = ("adjusted_bars",), ("adjusted_bars", "market_context")

feature_tables = [
    _table_asset(family, {"cross_asset": CONTEXT, "macro": ("market_context",)}.get(family, BARS))
    for family in FAMILIES
]
