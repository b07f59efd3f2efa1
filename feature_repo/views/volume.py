"""The volume view."""

from feature_repo.entities import instrument
from feature_repo.views.declare import family_view

volume_features = family_view("volume", instrument, "Traded volume and where in the range it fell, one row a bar.")
