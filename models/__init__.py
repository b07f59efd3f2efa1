"""Learning: simulator environments, agents, training, evaluation and the registry. Knows nothing of Dagster."""
