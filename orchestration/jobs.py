"""Jobs: the three phases of the main job, each a selection by group, and the whole."""

import dagster as dg

DATA_GROUPS = ("market_data", "transformations", "features", "embeddings")
LEARNING_GROUPS = ("training", "evaluation")
TRADING_GROUPS = ("trading", "trading_feedback")

data_job = dg.define_asset_job(
    "data_job",
    dg.AssetSelection.groups(*DATA_GROUPS),
    description="Ingest, validate, transform, features and embeddings, up to the training frame.",
)
learning_job = dg.define_asset_job(
    "learning_job",
    dg.AssetSelection.groups(*LEARNING_GROUPS),
    description="Hyper-parameter search, agents, out-of-sample evaluation, gate and registration.",
)
trading_job = dg.define_asset_job(
    "trading_job",
    dg.AssetSelection.groups(*TRADING_GROUPS),
    description="Paper session of champion and challenger, and its fills and P&L as assets.",
)

JOBS = [data_job, learning_job, trading_job]
