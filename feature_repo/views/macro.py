"""The macro view."""

from feature_repo.entities import market
from feature_repo.views.declare import family_view

macro_features = family_view(
    "macro", market, "The economy and the broad market as known, one row whenever something becomes known or stale."
)
