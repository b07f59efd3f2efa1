"""The cross-asset view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

cross_asset_features = family_view(
    "cross_asset", instrument, "The instrument against its universe and the S&P 500, one row a bar."
)
