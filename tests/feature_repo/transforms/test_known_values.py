"""One feature and more of each family against pandas, or against the formula written out."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from support.real_market import STOCKS, real_bars, real_context

from feature_repo.transforms import compute_features

ROWS = 400  # within the first anchored window, so that whole-history pandas is comparable for recursive indicators


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return real_bars().groupby("symbol").head(ROWS).reset_index(drop=True)


@pytest.fixture(scope="module")
def features(bars: pd.DataFrame) -> pd.DataFrame:
    return compute_features(bars, real_context())


@pytest.fixture(scope="module")
def ibm(bars: pd.DataFrame) -> pd.DataFrame:
    return bars[bars["symbol"] == "IBM"].reset_index(drop=True)


def column(features: pd.DataFrame, name: str, symbol: str = "IBM") -> np.ndarray:
    return features.loc[features["symbol"] == symbol, name].to_numpy()


def test_trend_is_the_ratio_of_moving_averages(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    expected = ibm["close"].rolling(10).mean() / ibm["close"].rolling(50).mean() - 1
    assert_allclose(column(features, "sma_ratio_10_50"), expected, rtol=1e-9, atol=1e-12)


def test_trend_slope_is_least_squares_on_the_log_close(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    expected = np.log(ibm["close"]).rolling(20).apply(lambda y: np.polyfit(np.arange(20), y, 1)[0], raw=True)
    assert_allclose(column(features, "log_slope_20"), expected, rtol=1e-7, atol=1e-12)


def test_mean_reversion_is_the_distance_in_population_deviations(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    window = ibm["close"].rolling(20)
    expected = (ibm["close"] - window.mean()) / window.std(ddof=0)
    assert_allclose(column(features, "zscore_20"), expected, rtol=1e-6)


def test_rsi_is_wilders(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    change = ibm["close"].diff().to_numpy()
    up, down = np.maximum(change, 0), np.maximum(-change, 0)
    rise, fall = up[1:15].mean(), down[1:15].mean()
    for row in range(15, 40):
        rise, fall = (13 * rise + up[row]) / 14, (13 * fall + down[row]) / 14
    assert column(features, "rsi_14")[39] == pytest.approx(rise / (rise + fall) - 0.5, abs=1e-10)


def test_realized_volatility_is_the_sample_deviation_of_20_log_returns(
    features: pd.DataFrame, ibm: pd.DataFrame
) -> None:
    expected = np.log(ibm["close"]).diff().rolling(20).std()
    assert_allclose(column(features, "realized_vol_20"), expected, rtol=1e-9)


def test_parkinson_volatility_follows_the_paper(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    expected = np.sqrt((np.log(ibm["high"] / ibm["low"]) ** 2).rolling(20).mean() / (4 * np.log(2)))
    assert_allclose(column(features, "parkinson_20"), expected, rtol=1e-9)


def test_momentum_leaves_the_latest_month_out(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    logs = np.log(ibm["close"])
    assert_allclose(column(features, "momentum_252_21"), logs.shift(21) - logs.shift(252), atol=1e-12)


def test_signed_volume_is_the_change_of_on_balance_volume(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    balance = (np.sign(ibm["close"].diff()) * ibm["volume"]).cumsum()
    expected = balance.diff(20).combine_first(balance.where(balance.index == 20)) / ibm["volume"].rolling(20).sum()
    assert_allclose(column(features, "signed_volume_20"), expected, atol=1e-9)


def test_volume_correlation_is_pearsons(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    expected = np.log1p(ibm["volume"]).rolling(20).corr(np.log(ibm["close"]).diff())
    assert_allclose(column(features, "volume_return_correlation_20"), expected, atol=1e-8)


def test_beta_is_the_slope_on_the_index_return(features: pd.DataFrame, ibm: pd.DataFrame) -> None:
    context = real_context()
    index = context[context["series"] == "SP500"].sort_values("known_at")
    joined = pd.merge_asof(ibm, index[["known_at", "value"]], left_on="event_time", right_on="known_at")
    own, market = np.log(joined["close"]).diff(), np.log(joined["value"]).diff()
    expected = own.rolling(60).cov(market) / market.rolling(60).var()
    assert_allclose(column(features, "market_beta_60"), expected, rtol=1e-6)


def test_the_universe_return_is_the_mean_over_the_instruments_with_a_bar(
    features: pd.DataFrame, bars: pd.DataFrame
) -> None:
    returns = np.log(bars.pivot(index="event_time", columns="symbol", values="close").ffill()).diff()
    traded = bars.pivot(index="event_time", columns="symbol", values="close").notna()
    mean = returns.where(traded).mean(axis=1)
    for symbol in STOCKS:
        own = returns.loc[traded[symbol], symbol]
        assert_allclose(column(features, "relative_return_1", symbol), own - mean[own.index], atol=1e-12)


def test_instruments_without_volume_have_no_volume_features_and_all_others(bars: pd.DataFrame) -> None:
    bare = compute_features(bars.assign(volume=np.nan), real_context())
    full = compute_features(bars, real_context())
    assert bare[["volume_zscore_20", "money_flow_14", "signed_volume_20"]].isna().all(axis=None)
    assert bare["rsi_14"].equals(full["rsi_14"])


def test_one_missing_volume_blanks_only_the_windows_that_hold_it(ibm: pd.DataFrame) -> None:
    holed = ibm.assign(volume=ibm["volume"].where(ibm.index != 100))
    result, full = compute_features(holed, None), compute_features(ibm, None)
    changed = np.flatnonzero(result["money_flow_14"].isna() & full["money_flow_14"].notna())
    assert changed.tolist() == list(range(100, 115))
    assert result["volume_zscore_20"].iloc[100:120].isna().all()
    assert result["volume_zscore_20"].iloc[120:].notna().all()


def test_without_context_the_market_and_macro_features_are_unknown_and_the_rest_is_there(ibm: pd.DataFrame) -> None:
    result = compute_features(ibm, None)
    assert result[["market_beta_60", "market_strength_20", "credit_spread"]].isna().all(axis=None)
    assert result["universe_return_20"].iloc[20:].notna().all()


def test_a_price_that_does_not_move_gives_neutral_values_and_no_warning() -> None:
    times = pd.date_range("2020-01-01", periods=300, freq="D", tz="UTC")
    still = pd.DataFrame({"symbol": "X", "event_time": times, "known_at": times, "volume": 0.0})
    with np.errstate(all="raise"):
        result = compute_features(still.assign(open=5.0, high=5.0, low=5.0, close=5.0), None)
    last = result.iloc[-1]
    assert last["zscore_20"] == last["channel_60"] == last["close_location"] == last["realized_vol_20"] == 0.0
    assert not np.isinf(result.iloc[:, 3:].to_numpy()).any()
