"""The one code location: every asset and check below assets/, with the jobs, schedules, sensors and resources of this layer.

dagster-webserver -w workspace.yaml        or        leadline ui
"""

import dagster as dg

from orchestration.environment import prepare
from trading_runtime.settings import Settings

prepare(Settings())

from assets.resources import LeadlineResource  # noqa: E402
from orchestration.automation import with_automation  # noqa: E402
from orchestration.jobs import JOBS  # noqa: E402
from orchestration.schedules import SCHEDULES  # noqa: E402
from orchestration.sensors import SENSORS  # noqa: E402


@dg.definitions
def defs() -> dg.Definitions:
    """Assets and checks from the package `assets`, completed with orchestration."""
    found = with_automation(dg.load_definitions_from_package_name("assets"))
    return dg.Definitions.merge(
        found,
        dg.Definitions(
            jobs=JOBS,
            schedules=SCHEDULES,
            sensors=SENSORS,
            resources={"leadline": LeadlineResource()},
            executor=dg.in_process_executor,  # ten small steps: 0.5 s in process, 26 s and more in one process a step
        ),
    )
