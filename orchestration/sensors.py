"""Sensors: retraining starts when new validated data has moved the training frame."""

import dagster as dg

from orchestration.jobs import learning_job

TRAINING_FRAME = dg.AssetKey("training_frame")


@dg.sensor(job=learning_job, minimum_interval_seconds=60)
def retrain_on_new_data(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Start `learning_job` when the training frame's content changed, which happens once enough new bars passed validation.

    The splits are pinned until `learning.retrain_after_bars` new bars have come, so a day's bars alone do not retrain.
    """
    event = context.instance.get_latest_materialization_event(TRAINING_FRAME)
    if event is None or event.asset_materialization is None:
        return dg.SkipReason("no training frame yet: run data_job first")
    version = (event.asset_materialization.tags or {}).get("dagster/data_version", event.run_id)
    if version == context.cursor:
        return dg.SkipReason("the training frame has not changed since the last training")
    context.update_cursor(version)
    return dg.RunRequest(run_key=version, tags={"leadline/reason": "new validated data"})


SENSORS = [retrain_on_new_data]
