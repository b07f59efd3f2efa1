"""Resources: what assets take their settings and lake from. They hand out plain objects."""

import dagster as dg

from assets.lake import Lake
from trading_runtime.settings import Settings


class LeadlineResource(dg.ConfigurableResource):
    """The effective settings (`LEADLINE_*` environment; the command line writes its options there) and the lake they name."""

    @property
    def settings(self) -> Settings:
        """The effective settings."""
        return Settings()

    @property
    def lake(self) -> Lake:
        """The lake of the home folder."""
        return Lake(self.settings.paths.lake)
