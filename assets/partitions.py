"""Time partitions: one a calendar year, every symbol inside, so that a backfill is one run and the log stays short."""

import dagster as dg

FIRST_YEAR = 1970

YEARLY = dg.TimeWindowPartitionsDefinition(start=str(FIRST_YEAR), cron_schedule="0 0 1 1 *", fmt="%Y", end_offset=1)

SINGLE_RUN = dg.BackfillPolicy.single_run()
