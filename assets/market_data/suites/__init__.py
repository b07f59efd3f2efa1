"""What a good row is: Great Expectations suites as declarations, one file an asset class, and the one place that runs them.

Belongs here: expectations with their reason codes, and the columns that an expectation about neighbours needs. Does not belong here:
moving rows between zones (quarantine.py), dagster. The same declarations decide what is quarantined and what the asset checks prove.
"""
