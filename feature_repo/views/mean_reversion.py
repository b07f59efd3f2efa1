"""The mean-reversion view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

mean_reversion_features = family_view(
    "mean_reversion", instrument, "Distance from averages and oscillators, one row a bar."
)
