"""Market data: from files to bars that every check has seen.

Belongs here: sources (one file each), the raw and validated tables, the Great Expectations suites, the asset checks, corporate
actions. Does not belong here: adjusting prices (dbt_project/), features, anything that looks at more than one table's prices.
"""
