"""The volatility view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

volatility_features = family_view(
    "volatility", instrument, "How much the price moves, per bar and not annualized, one row a bar."
)
