"""The trading half of Leadline: domain, costs, risk, execution, brokers, journal.

Belongs here: everything the trading process runs. Does not belong here: dagster, ray, torch, mlflow, dbt, feast.
"""
