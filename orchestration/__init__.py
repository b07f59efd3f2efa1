"""When and where: Dagster definitions, jobs, schedules, sensors, and the `leadline` command.

Belongs here: what composes and starts the other layers. Does not belong here: assets (assets/), learning (models/), trading
(trading_runtime/).
"""
