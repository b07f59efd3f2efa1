"""The backtest, the paper session and plain arithmetic give the same numbers."""

import asyncio
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from support.home import SYMBOLS, ready_home
from support.market import random_bars

from feature_repo.transforms import compute_features
from trading_runtime.backtest import run_backtest
from trading_runtime.errors import ConfigurationError, UserDataError
from trading_runtime.market_data import read_market_data
from trading_runtime.policy.baselines import BuyAndHold, EqualWeight, baselines
from trading_runtime.policy.loader import load_policy
from trading_runtime.policy.policy import PolicyOutput
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import RiskSettings, Settings
from trading_runtime.simulation.costs import CostModel

BARS = random_bars(SYMBOLS, 60)
TIMES = sorted(BARS["event_time"].unique())


class Fixed:
    """Always the same targets."""

    features = ()

    def __init__(self, instruments, weights):
        self.instruments = instruments
        self.weights = np.array(weights, float)

    def decide(self, features, exposure, mask):
        return PolicyOutput(self.weights)


def test_one_rebalance_by_hand_gives_the_same_equity_to_the_cent():
    settings = Settings(risk=RiskSettings(max_position_weight=1.0, max_order_notional_weight=1.0, min_trade_weight=0.9))
    result = run_backtest(BARS, None, {"b": Fixed(["AAA"], [0.95])}, settings, TIMES[0])
    rows = BARS[BARS["symbol"] == "AAA"].set_index("event_time")
    first, second, last = rows.loc[TIMES[0]], rows.loc[TIMES[1]], rows.loc[TIMES[-1]]
    costs = CostModel.from_settings(settings.costs)
    units = 0.95 * 100_000 / first["close"]
    price = costs.fill_price(second["open"], 1, units, second["volume"])
    equity = 100_000 - units * price * (1 + 1e-4) + units * last["close"]
    assert len(result.fills) == 1
    assert result.fills.iloc[0]["time"] == TIMES[1]
    assert result.equity["b"].iloc[-1] == pytest.approx(equity, abs=0.005)
    assert result.equity["b"].iloc[0] == 100_000
    assert result.costs["b"] == pytest.approx(units * (price - second["open"]) + units * price * 1e-4, abs=0.005)


def test_buy_and_hold_trades_once_and_equal_weight_rebalances():
    result = run_backtest(BARS, None, baselines(SYMBOLS), Settings(), TIMES[0])
    orders = result.orders.groupby("book").size()
    assert orders["buy_and_hold"] == len(SYMBOLS)
    assert orders["equal_weight"] > len(SYMBOLS)
    assert result.turnover["equal_weight"] > result.turnover["buy_and_hold"]


def test_stressed_costs_cost_more_and_equity_is_indexed_by_utc_time():
    policies = {"e": EqualWeight(SYMBOLS)}
    plain = run_backtest(BARS, None, policies, Settings(), TIMES[0])
    stressed = run_backtest(BARS, None, policies, Settings(), TIMES[0], cost_multiple=3.0)
    assert stressed.costs["e"] > 2.5 * plain.costs["e"]
    assert stressed.equity["e"].iloc[-1] < plain.equity["e"].iloc[-1]
    assert str(plain.equity["e"].index.tz) == "UTC"
    assert plain.equity["e"].index.tolist() == [pd.Timestamp(time) for time in TIMES]


def test_instrument_without_a_bar_keeps_its_pending_order_and_gets_no_second_one():
    bars = BARS[~((BARS["symbol"] == "BBB") & (BARS["event_time"].isin(TIMES[1:4])))]
    result = run_backtest(bars, None, {"h": BuyAndHold(SYMBOLS)}, Settings(), TIMES[0])
    fills = result.fills.set_index("symbol")["time"]
    assert fills["AAA"] == TIMES[1]
    assert fills["BBB"] == TIMES[4]
    assert len(result.orders) == len(SYMBOLS)


def test_denials_carry_the_code_of_the_rule():
    settings = Settings(risk=RiskSettings(min_equity=Decimal(1_000_000)))
    result = run_backtest(BARS, None, {"h": BuyAndHold(SYMBOLS)}, settings, TIMES[0], TIMES[0])
    assert result.denials["code"].tolist() == ["min_equity"] * 3
    assert result.orders.empty
    assert result.fills.empty


def test_limits_hold_at_every_decision_of_a_greedy_policy():
    settings = Settings()
    result = run_backtest(BARS, None, {"g": Fixed(SYMBOLS, [5.0, 5.0, 5.0])}, settings, TIMES[0])
    assert (result.orders["quantity"] * result.orders["arrival_price"] <= 0.5 * result.equity["g"].max()).all()
    first = result.orders[result.orders["decided_at"] == TIMES[0]]
    assert (first["quantity"] * first["arrival_price"]).sum() <= 100_000


def test_period_without_bars_and_missing_feature_are_errors_in_words():
    with pytest.raises(UserDataError, match="no usable bar"):
        run_backtest(BARS, None, baselines(SYMBOLS), Settings(), pd.Timestamp("2090-01-01", tz="UTC"))
    wanting = BuyAndHold(SYMBOLS, features=("rsi_14",))
    with pytest.raises(ConfigurationError, match="rsi_14"):
        run_backtest(BARS, BARS[["symbol", "event_time"]], {"w": wanting}, Settings(), TIMES[0])


def test_backtest_runs_where_an_event_loop_is_already_running():
    async def inside():
        return run_backtest(BARS, None, baselines(SYMBOLS), Settings(), TIMES[0])

    assert asyncio.run(inside()).bars == len(BARS)


def test_backtest_on_batch_features_equals_the_paper_session_on_live_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = Settings()
    ready_home(settings)
    report = run_session(settings, SessionRequest())
    data = read_market_data(settings.paths)
    frame = compute_features(data.bars, data.context)
    loaded = load_policy(settings, "champion")
    start = pd.Timestamp(loaded.spec.data.evaluation_start)
    result = run_backtest(data.bars, frame, {"champion": loaded.policy}, settings, start)
    assert round(float(result.equity["champion"].iloc[-1]), 2) == report["books"]["champion"]["final_equity"]
    assert len(result.orders) == report["books"]["champion"]["orders"]
