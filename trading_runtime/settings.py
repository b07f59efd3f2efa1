"""One typed settings object: every choice a user can make, its default and its meaning.

Values come from `LEADLINE_*` environment variables (nested with two underscores: `LEADLINE_RISK__MAX_GROSS_LEVERAGE=1.5`)
and from command-line options, which win. docs/configuration.md is generated from this file.
"""

import os
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from trading_runtime.home import Home

FOREIGN_VARIABLES = ("LEADLINE_DBT_", "LEADLINE_TEST_")
"""Variables with our prefix that are not settings: what dbt's profile reads, and what the tests read."""


class Group(BaseModel):
    """Base of the setting groups: a misspelled name is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class CostSettings(Group):
    """What a fill costs; one model for training, backtest and paper trading."""

    half_spread_bps: float = Field(
        2.0, ge=0, description="Half of the quoted spread, paid on every fill, in basis points of price."
    )
    commission_bps: float = Field(1.0, ge=0, description="Commission in basis points of traded notional.")
    impact_bps: float = Field(
        10.0, ge=0, description="Square-root impact in basis points at 100% participation of bar volume."
    )


class RiskSettings(Group):
    """Limits that every order must pass."""

    max_position_weight: float = Field(
        0.4, gt=0, description="Largest absolute position in one instrument, as a share of equity."
    )
    max_gross_leverage: float = Field(
        1.0, gt=0, description="Largest sum of absolute positions, as a multiple of equity."
    )
    max_order_notional_weight: float = Field(
        0.5, gt=0, description="Largest notional of one order, as a share of equity."
    )
    max_drawdown: float = Field(
        0.35, gt=0, le=1, description="Drawdown from the equity peak that trips the circuit breaker."
    )
    max_daily_loss: float = Field(
        0.08, gt=0, le=1, description="Loss since the previous day's close that stops new risk for the day."
    )
    min_equity: Decimal = Field(Decimal("1000"), ge=0, description="Equity below which no risk may be added.")
    min_trade_weight: float = Field(
        0.01, ge=0, description="Rebalances smaller than this share of equity are not sent."
    )
    allow_short: bool = Field(False, description="Whether an order may open or extend a short position.")


class DataSettings(Group):
    """Which data is ingested and what is tolerated in it."""

    bars_dir: Path | None = Field(
        None,
        description="Folder of the user's own bars, one CSV or Parquet file a symbol; replaces the bundled universe.",
    )
    outlier_return: float = Field(
        0.5,
        gt=0,
        description="Absolute one-bar return beyond which a bar is an outlier unless a corporate action explains it.",
    )
    max_missing_share: float = Field(
        0.05, ge=0, le=1, description="Share of missing exchange sessions beyond which a series fails its check."
    )
    max_stale_bars: int = Field(
        10, gt=0, description="Consecutive bars with the same close beyond which a series is stale."
    )
    max_rejected_share: float = Field(
        0.5, ge=0, le=1, description="Share of rejected rows in one table beyond which the run stops."
    )


class LearningSettings(Group):
    """How policies are trained and judged."""

    evaluation_share: float = Field(
        0.25, gt=0, lt=1, description="Last share of the history that is kept out of training."
    )
    embargo_bars: int = Field(
        40,
        ge=0,
        description="Bars left unused between training and evaluation, so that no feature window straddles both.",
    )
    retrain_after_bars: int = Field(
        21, gt=0, description="New bars after which the splits move forward and the policies are trained again."
    )
    seed: int = Field(7, ge=0, description="Seed of every random source in training.")
    train_steps: int | None = Field(
        None, gt=0, description="Environment steps per agent; by default 40,000 with --quick and 400,000 with --full."
    )
    tune_trials: int | None = Field(
        None, gt=0, description="Trials of the hyper-parameter search; by default 2 with --quick and 8 with --full."
    )


class GateSettings(Group):
    """What a policy must show out of sample, after costs, before it may become champion."""

    min_excess_sharpe: float = Field(
        0.0, description="Margin by which its Sharpe ratio must exceed the champion's and each baseline's."
    )
    min_probabilistic_sharpe: float = Field(
        0.95,
        ge=0,
        le=1,
        description="Least probability that the true Sharpe ratio is above zero (Bailey and Lopez de Prado 2012).",
    )
    max_drawdown: float = Field(0.35, gt=0, le=1, description="Largest drawdown allowed out of sample.")
    cost_stress: float = Field(
        2.0, ge=1, description="Multiple of all costs under which its return must still be positive."
    )
    min_bars: int = Field(100, gt=0, description="Fewest out-of-sample bars on which a verdict may rest.")


class TradingSettings(Group):
    """How the runtime trades."""

    broker: Literal["paper"] = Field("paper", description="The broker adapter.")
    initial_cash: Decimal = Field(
        Decimal("100000"), gt=0, description="Cash at the start of a paper session, in the account currency."
    )
    journal_sync: Literal["full", "normal"] = Field(
        "full", description="SQLite's synchronous mode for the journal; full survives a power cut."
    )


class ServiceSettings(Group):
    """Servers that replace the embedded defaults when an address is given."""

    mlflow_uri: str | None = Field(None, description="MLflow tracking server; by default SQLite in the home folder.")
    milvus_uri: str | None = Field(None, description="Milvus server; by default a milvus-lite file in the home folder.")
    milvus_token: SecretStr | None = Field(None, description="Token of the Milvus server.")
    redis_url: SecretStr | None = Field(
        None, description="Redis for Feast's online store; by default SQLite in the home folder."
    )
    dagster_postgres_url: SecretStr | None = Field(
        None, description="PostgreSQL for Dagster's runs, events and schedules; by default SQLite in the home folder."
    )
    ray_address: str | None = Field(
        None, description="Ray cluster; by default a local one that lives as long as the training step."
    )


class Settings(BaseSettings):
    """Every choice of Leadline. Environment prefix `LEADLINE_`, nested with `__`."""

    model_config = SettingsConfigDict(env_prefix="LEADLINE_", env_nested_delimiter="__", extra="forbid")

    home: Path = Field(Path(".leadline"), description="Folder that holds everything Leadline writes.")
    profile: Literal["quick", "full"] = Field("quick", description="Size of the training work.")
    data: DataSettings = DataSettings()
    costs: CostSettings = CostSettings()
    risk: RiskSettings = RiskSettings()
    learning: LearningSettings = LearningSettings()
    gate: GateSettings = GateSettings()
    trading: TradingSettings = TradingSettings()
    services: ServiceSettings = ServiceSettings()

    @model_validator(mode="after")
    def _no_misspelled_variable(self) -> "Settings":
        known = {f"LEADLINE_{name.upper()}" for name in type(self).model_fields}
        for variable in os.environ:
            ours = variable.startswith("LEADLINE_") and not variable.startswith(FOREIGN_VARIABLES)
            if ours and variable.split("__")[0] not in known:
                raise ValueError(
                    f"{variable} is no setting of Leadline: docs/configuration.md lists them; correct or unset it"
                )
        return self

    @property
    def paths(self) -> Home:
        """The layout of the home folder, absolute."""
        return Home(self.home.expanduser().resolve())

    @property
    def universe(self) -> str:
        """Name of the data universe: `bundled`, or `user_<folder name>`; keeps registries and sessions of each apart."""
        if self.data.bars_dir is None:
            return "bundled"
        name = self.data.bars_dir.expanduser().resolve().name
        slug = "".join(c if c.isalnum() else "_" for c in name.lower()).strip("_")
        return f"user_{slug or 'bars'}"

    @property
    def model_name(self) -> str:
        """Name of the registered model in MLflow, one a universe."""
        return f"leadline_{self.universe}"

    @property
    def train_steps(self) -> int:
        """Environment steps per agent under the current profile."""
        return self.learning.train_steps or (40_000 if self.profile == "quick" else 400_000)

    @property
    def tune_trials(self) -> int:
        """Trials of the hyper-parameter search under the current profile."""
        return self.learning.tune_trials or (2 if self.profile == "quick" else 8)
