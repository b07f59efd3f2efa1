"""The trend view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

trend_features = family_view("trend", instrument, "Direction and strength of the trend, one row a bar.")
