"""Schedules: data and features once a day, after the New York close."""

import dagster as dg

from assets.partitions import YEARLY
from orchestration.jobs import data_job


@dg.schedule(
    job=data_job,
    cron_schedule="30 22 * * 1-5",
    execution_timezone="UTC",
    description="Refresh the current year's bars and everything below them, 22:30 UTC on weekdays.",
)
def daily_data(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run a day over the partition of the current year."""
    when = context.scheduled_execution_time
    return dg.RunRequest(run_key=when.date().isoformat(), partition_key=when.strftime(YEARLY.fmt))


SCHEDULES = [daily_data]
