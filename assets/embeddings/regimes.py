"""Market regimes: clusters of the market's levels, learnt from the training period alone. Pure functions."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pandas as pd

from feature_repo.transforms.patterns import LEVELS

REGIMES = 4
COLOURS = ("#2a9d8f", "#8ab17d", "#e9c46a", "#e76f51")


@dataclass(frozen=True)
class Regimes:
    """`labels`: `event_time, known_at, regime, market_return` and the levels, one row a bar; `table`: one row a regime."""

    labels: pd.DataFrame
    table: pd.DataFrame


def market_returns(bars: pd.DataFrame) -> pd.Series:
    """Equal-weighted simple return of the universe by event_time."""
    ordered = bars.sort_values(["symbol", "event_time"])
    returns = ordered.groupby("symbol")["close"].pct_change()
    return returns.groupby(ordered["event_time"]).mean()


def find_regimes(
    levels: pd.DataFrame, returns: pd.Series, train_start: pd.Timestamp, train_end: pd.Timestamp, seed: int
) -> Regimes:
    """Cluster `levels` (see `market_levels`) with k-means fitted on train_start..train_end, and label every bar.

    The scaler is fitted on the same bars. Regime 0 is the calmest by the mean volatility of its training bars, 3 the wildest.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    values = levels[list(LEVELS)].to_numpy(np.float64)
    training = levels["event_time"].between(train_start, train_end).to_numpy()
    if training.sum() < REGIMES:
        raise ValueError(f"{int(training.sum())} training bars with a pattern are too few for {REGIMES} regimes")
    mean, deviation = values[training].mean(axis=0), np.maximum(values[training].std(axis=0), 1e-9)
    scaled = (values - mean) / deviation
    with threadpool_limits(limits=1):  # parallel sums would differ in the last bit from run to run
        model = KMeans(REGIMES, random_state=seed, n_init=10).fit(scaled[training])
        raw = model.predict(scaled)
    order = np.argsort(model.cluster_centers_[:, LEVELS.index("log_volatility")], kind="stable")
    regime = np.empty(REGIMES, dtype=np.int64)
    regime[order] = np.arange(REGIMES)
    labels = levels.assign(regime=regime[raw], market_return=returns.reindex(levels["event_time"]).to_numpy())
    labels["in_training"] = training
    return Regimes(labels, _table(labels))


def _table(labels: pd.DataFrame) -> pd.DataFrame:
    """Bars, share, mean and deviation of one-bar returns by regime, over all bars."""
    grouped = labels.groupby("regime")["market_return"]
    table = pd.DataFrame({"bars": grouped.size(), "mean_return": grouped.mean(), "volatility": grouped.std()})
    table.insert(1, "share", table["bars"] / len(labels))
    return table.reindex(range(REGIMES)).reset_index(names="regime")


def draw_regimes(labels: pd.DataFrame, train_end: pd.Timestamp) -> bytes:
    """PNG of the equal-weighted level of the universe, coloured by regime, with the end of training marked."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import date2num
    from matplotlib.figure import Figure

    level = (1 + labels["market_return"].fillna(0)).cumprod().to_numpy()
    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot(labels["event_time"], level, color="#cccccc", linewidth=0.6, zorder=1)
    for number, colour in enumerate(COLOURS):
        here = (labels["regime"] == number).to_numpy()
        axes.scatter(labels["event_time"][here], level[here], s=3, color=colour, label=f"regime {number}", zorder=2)
    axes.axvline(date2num(train_end), color="black", linewidth=0.8, linestyle="--", label="end of training")
    axes.set_yscale("log")
    axes.set_ylabel("equal-weighted level")
    axes.set_title("Market regimes, 0 the calmest")
    axes.legend(markerscale=4, fontsize=8, ncols=5, loc="upper left")
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
    return buffer.getvalue()
