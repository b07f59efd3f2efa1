"""What policies ask for: every feature of every family, in catalogue order. `REPO_OBJECTS` is what `feast apply` registers."""

from typing import Any

from feast import FeatureService

from feature_repo.entities import instrument, market
from feature_repo.views.cross_asset import cross_asset_features
from feature_repo.views.macro import macro_features
from feature_repo.views.mean_reversion import mean_reversion_features
from feature_repo.views.momentum import momentum_features
from feature_repo.views.trend import trend_features
from feature_repo.views.volatility import volatility_features
from feature_repo.views.volume import volume_features

VIEWS: list[Any] = [
    trend_features,
    mean_reversion_features,
    volatility_features,
    momentum_features,
    volume_features,
    cross_asset_features,
    macro_features,
]

policy_features = FeatureService(
    name="policy_features",
    features=VIEWS,
    description="Every feature of the catalogue, in its order: what policies are trained on and trade by.",
    owner="team:leadline",
)

REPO_OBJECTS: list[Any] = [instrument, market, *VIEWS, policy_features]
