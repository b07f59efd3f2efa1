"""The momentum view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

momentum_features = family_view(
    "momentum", instrument, "Returns over several horizons, drawdown and channel, one row a bar."
)
