"""The catalogue: every feature's name, family, inputs, lookback and formula source, in the one order that all of Leadline uses.

All features are free of scale (ratios, z-scores, oscillators, log returns), so that one network serves every instrument.
What does not belong here: how a feature is computed (feature_repo/transforms/<family>.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

FAMILIES = ("trend", "mean_reversion", "volatility", "momentum", "volume", "cross_asset", "macro")

WILDER = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib"
MURPHY = "Murphy, Technical Analysis of the Financial Markets (1999); TA-Lib"


@dataclass(frozen=True)
class FeatureSpec:
    """One feature. `lookback` is the number of rows before the first value (days of history for the macro family)."""

    name: str
    family: str
    inputs: tuple[str, ...]
    lookback: int
    source: str
    description: str


def _family(family: str, *rows: tuple[str, str, int, str, str]) -> tuple[FeatureSpec, ...]:
    return tuple(
        FeatureSpec(name, family, tuple(inputs.split()), lookback, source, description)
        for name, inputs, lookback, source, description in rows
    )


TREND = _family(
    "trend",
    ("ema_gap_20", "close", 19, MURPHY, "Close over its 20-bar exponential average, less one."),
    ("sma_ratio_10_50", "close", 49, MURPHY, "10-bar average over the 50-bar average, less one."),
    ("sma_ratio_50_200", "close", 199, MURPHY, "50-bar average over the 200-bar average, less one."),
    ("macd_histogram", "close", 33, "Appel (1979), MACD 12-26-9; TA-Lib", "MACD less its signal line, over the close."),
    ("adx_14", "high low close", 27, WILDER, "Average directional index over 100: strength of the trend, 0 to 1."),
    ("directional_spread_14", "high low close", 14, WILDER, "Plus less minus directional indicator, over 100."),
    ("aroon_25", "high low", 25, "Chande (1995); TA-Lib", "Aroon oscillator over 100: recency of highs against lows."),
    ("log_slope_20", "close", 19, "Least squares; TA-Lib", "Slope of the log close over 20 bars, per bar."),
)
MEAN_REVERSION = _family(
    "mean_reversion",
    ("zscore_20", "close", 19, "Bollinger (2001); TA-Lib", "Close less its 20-bar average, in standard deviations."),
    ("zscore_60", "close", 59, "Bollinger (2001); TA-Lib", "Close less its 60-bar average, in standard deviations."),
    ("rsi_2", "close", 2, WILDER, "2-bar relative strength index, centred: -0.5 to 0.5."),
    ("rsi_14", "close", 14, WILDER, "14-bar relative strength index, centred: -0.5 to 0.5."),
    ("williams_r_14", "high low close", 13, "Williams (1973); TA-Lib", "Williams %R over 100, centred: -0.5 to 0.5."),
    ("stochastic_14_3", "high low close", 17, "Lane (1984); TA-Lib", "Slow stochastic %K over 100, centred."),
    ("cci_20", "high low close", 19, "Lambert (1980); TA-Lib", "Commodity channel index over 100."),
    (
        "close_location",
        "high low close",
        0,
        "Williams (1972)",
        "Where in its range the bar closed: -0.5 low, 0.5 high.",
    ),
)
VOLATILITY = _family(
    "volatility",
    ("realized_vol_20", "close", 20, "Sample standard deviation", "Deviation of the last 20 log returns, per bar."),
    ("realized_vol_60", "close", 60, "Sample standard deviation", "Deviation of the last 60 log returns, per bar."),
    ("vol_ratio_10_60", "close", 60, "Sample standard deviation", "Log of 10-bar over 60-bar volatility."),
    ("downside_share_20", "close", 20, "Sortino and Price (1994)", "Share of the 20-bar squared return from falls."),
    ("natr_14", "high low close", 14, WILDER, "Average true range over the close."),
    (
        "parkinson_20",
        "high low",
        19,
        "Parkinson, J. Business 53 (1980)",
        "Volatility from high and low, 20 bars, per bar.",
    ),
    (
        "garman_klass_20",
        "open high low close",
        19,
        "Garman and Klass, J. Business 53 (1980)",
        "Volatility from open, high, low and close, 20 bars, per bar.",
    ),
)
MOMENTUM = _family(
    "momentum",
    ("log_return_1", "close", 1, "Log return", "Log return of the bar."),
    ("log_return_5", "close", 5, "Log return", "Log return of 5 bars."),
    ("log_return_20", "close", 20, "Log return", "Log return of 20 bars."),
    ("log_return_60", "close", 60, "Log return", "Log return of 60 bars."),
    (
        "momentum_252_21",
        "close",
        252,
        "Jegadeesh and Titman, J. Finance 48 (1993)",
        "Log return of the 252 bars to the last bar, less the latest 21.",
    ),
    (
        "scaled_momentum_60",
        "close",
        60,
        "Moskowitz, Ooi and Pedersen, JFE 104 (2012)",
        "60-bar log return in units of its own volatility.",
    ),
    ("trix_15", "close", 43, "Hutson (1983); TA-Lib", "Rate of change of a triple exponential average, per bar."),
    (
        "drawdown_252",
        "close",
        251,
        "Log return",
        "Log of the close over its highest close of 252 bars; never above zero.",
    ),
    ("channel_60", "high low close", 59, "Donchian (1960)", "Place of the close in its 60-bar range: -0.5 to 0.5."),
)
VOLUME = _family(
    "volume",
    ("volume_zscore_20", "volume", 19, "Sample standard deviation", "Log volume less its 20-bar mean, in deviations."),
    ("volume_ratio_5_20", "volume", 19, "Ratio of means", "Log of 5-bar over 20-bar mean volume."),
    ("money_flow_14", "high low close volume", 14, "Quong and Soudack (1989); TA-Lib", "Money flow index, centred."),
    (
        "chaikin_money_flow_20",
        "high low close volume",
        19,
        "Chaikin (1982)",
        "Volume-weighted close location, 20 bars.",
    ),
    ("signed_volume_20", "close volume", 20, "Granville (1963), on-balance volume", "Signed share of 20 bars' volume."),
    ("volume_return_correlation_20", "close volume", 20, "Pearson", "Correlation of log volume and return, 20 bars."),
)
CROSS_ASSET = _family(
    "cross_asset",
    ("relative_return_1", "close", 1, "Log return", "The bar's return less the universe's equal-weighted return."),
    ("universe_strength_20", "close", 20, "Levy, J. Finance 22 (1967)", "20-bar return less the universe's."),
    ("universe_return_20", "close", 20, "Log return", "The universe's equal-weighted log return over 20 bars."),
    (
        "dispersion_20",
        "close",
        20,
        "Cross-sectional deviation",
        "20-bar mean deviation of returns across the universe.",
    ),
    ("market_beta_60", "close SP500", 60, "Sharpe, J. Finance 19 (1964)", "Slope on the S&P 500's return, 60 bars."),
    ("market_correlation_60", "close SP500", 60, "Pearson", "Correlation with the S&P 500's return, 60 bars."),
    ("market_strength_20", "close SP500", 20, "Levy, J. Finance 22 (1967)", "20-bar return less the S&P 500's."),
)
MACRO = _family(
    "macro",
    (
        "credit_spread",
        "BAA_YIELD AAA_YIELD",
        0,
        "Moody's yields",
        "Baa less Aaa corporate yield, in percentage points.",
    ),
    (
        "credit_spread_change_91d",
        "BAA_YIELD AAA_YIELD",
        91,
        "Moody's yields",
        "Change of the credit spread over 91 days.",
    ),
    (
        "term_spread",
        "AAA_YIELD TBILL_YIELD",
        0,
        "Moody's, H.15",
        "Aaa yield less the 3-month bill's, percentage points.",
    ),
    ("unemployment_change_365d", "UNEMPLOYMENT", 365, "BLS", "Change of the unemployment rate over a year, in points."),
    ("cpi_change_365d", "CORE_CPI", 365, "BLS core CPI", "Log change of core consumer prices over a year."),
    ("oil_change_91d", "WTI", 91, "EIA, WTI spot", "Log change of the oil price over 91 days."),
    ("vix_level", "VIX", 0, "CBOE", "VIX over 100: the option market's yearly volatility."),
    ("market_change_365d", "SP500", 365, "S&P 500", "Log change of the S&P 500 over a year."),
    ("large_cap_lead_91d", "LARGE_CAP SP500", 91, "S&P 500", "Large caps less the S&P 500, log change over 91 days."),
    ("nasdaq_lead_91d", "NASDAQ SP500", 91, "NASDAQ, S&P 500", "NASDAQ less the S&P 500, log change over 91 days."),
)

FEATURES: tuple[FeatureSpec, ...] = TREND + MEAN_REVERSION + VOLATILITY + MOMENTUM + VOLUME + CROSS_ASSET + MACRO
FEATURE_NAMES: tuple[str, ...] = tuple(spec.name for spec in FEATURES)


def features_of(family: str) -> tuple[FeatureSpec, ...]:
    """The features of one family, in order. Raises `KeyError` for a family that does not exist."""
    if family not in FAMILIES:
        raise KeyError(f"no feature family {family!r}; there are {', '.join(FAMILIES)}")
    return tuple(spec for spec in FEATURES if spec.family == family)


def schema_hash(names: Sequence[str]) -> str:
    """Hex SHA-256 of the names, one a line: a policy and its feature vector must agree on it, order included."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
