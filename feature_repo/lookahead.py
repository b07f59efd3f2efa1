"""The look-ahead canary: features recomputed on truncated history must come out the same, bit for bit."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

Compute = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def random_cuts(times: pd.DatetimeIndex, count: int, seed: int) -> list[pd.Timestamp]:
    """`count` of the bar times (fewer if there are fewer), drawn without repetition, the same for the same seed."""
    generator = np.random.default_rng(seed)
    return sorted(times[generator.choice(len(times), size=min(count, len(times)), replace=False)])


def lookahead_rows(
    compute: Compute,
    bars: pd.DataFrame,
    context: pd.DataFrame,
    frame: pd.DataFrame,
    names: Sequence[str],
    cuts: Sequence[pd.Timestamp],
) -> pd.DataFrame:
    """Values of `frame` (`symbol, event_time` and `names`) that differ once everything after a cut is taken away.

    At each cut, `compute(bars, context)` gets the bars with a stamp up to it and the context known by it. Returns
    `cut, feature, symbol, event_time, stored, recomputed`: one row for each feature and cut, the first difference. Empty: none.
    """
    found = []
    stored = frame.sort_values(["symbol", "event_time"], ignore_index=True)
    for cut in cuts:
        past = compute(bars[bars["event_time"] <= cut], context[context["known_at"] <= cut])
        both = stored[["symbol", "event_time"]].merge(
            past[["symbol", "event_time"]].reset_index(names="row"), on=["symbol", "event_time"], how="inner"
        )
        kept = stored[stored["event_time"] <= cut]
        if len(both) != len(kept):
            raise ValueError(
                f"{len(kept)} rows up to {cut} are stored, {len(both)} of them come out of the truncated history"
            )
        rows = both["row"].to_numpy()
        for name in names:
            left, right = kept[name].to_numpy(np.float64), past[name].to_numpy(np.float64)[rows]
            differing = np.flatnonzero(~((left == right) | (np.isnan(left) & np.isnan(right))))
            if len(differing):
                row = differing[0]
                key = kept.iloc[row]
                found.append((cut, name, key["symbol"], key["event_time"], left[row], right[row]))
    return pd.DataFrame(found, columns=["cut", "feature", "symbol", "event_time", "stored", "recomputed"])
