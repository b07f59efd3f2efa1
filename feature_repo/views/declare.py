"""How a family becomes a Feast view: its fields from the catalogue, its source from the lake's feature zone.

Source paths are relative to the offline store's `lake` setting, so the registry says nothing of the machine it was made on.
"""

from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource
from feast.types import Float64

from feature_repo.catalogue import features_of


def family_view(family: str, entity: Entity, description: str) -> FeatureView:
    """View `<family>_features` over `<family>_features/all.parquet`.

    There is no time to live: a bar's features are asked for at the bar, and macro_features marks what went stale itself.
    """
    name = f"{family}_features"
    return FeatureView(
        name=name,
        entities=[entity],
        ttl=timedelta(0),
        schema=[Field(name=spec.name, dtype=Float64, description=spec.description) for spec in features_of(family)],
        source=FileSource(
            name=f"{name}_table",
            path=f"{name}/all.parquet",
            timestamp_field="event_time",
            created_timestamp_column="known_at",
            description=f"Lake table features/{name}.",
        ),
        online=True,
        description=description,
        owner="team:leadline",
        tags={"family": family},
    )
