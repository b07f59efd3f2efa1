import math
from dataclasses import replace

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from support.synthetic_market import random_market

from models.envs.rewards import REWARD_SCALE, RewardWeights
from models.envs.single_env import SingleEnv
from models.envs.trading_env import BatchedTradingEnv, EnvConfig
from trading_runtime.errors import UserDataError
from trading_runtime.simulation.costs import CostModel

COSTS = CostModel(half_spread_bps=2.0, commission_bps=1.0, impact_bps=10.0)


def config(**changes: object) -> EnvConfig:
    base = EnvConfig(
        market=random_market(), feature_columns=(0, 2), costs=COSTS, window=12, capital=50_000.0, min_trade_weight=0.01
    )
    return replace(base, **changes)


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("allow_short", [False, True])
def test_the_single_view_passes_gymnasiums_checker(allow_short: bool) -> None:
    check_env(SingleEnv(BatchedTradingEnv(config(allow_short=allow_short), report=True)), skip_render_check=True)


def test_pnl_equals_a_hand_written_loop_over_scalar_costs() -> None:
    settings = config()
    env = BatchedTradingEnv(settings, num_envs=1, report=True)
    env.reset(seed=3)
    market, rows, who = settings.market, env.rows[0].copy(), int(env.instrument[0])
    exposures = [0.5, 0.5, 1.0, 0.0, 0.3, 0.3, 0.9, 0.1]
    cash, quantity = 50_000.0, 0.0
    for index, wanted in enumerate(exposures):
        _, reward, _, _, infos = env.step(np.array([[2.0 * wanted - 1.0]]))
        now, following = rows[index], rows[index + 1]
        close = float(market.close[now, who])
        before = cash + quantity * close
        change = wanted * before / close - quantity
        if abs(change) * close >= 0.01 * before:
            price = float(
                COSTS.fill_price(
                    market.open[following, who], math.copysign(1, change), abs(change), market.volume[following, who]
                )
            )
            cash -= change * price + float(COSTS.commission(change * price))
            quantity += change
        after = cash + quantity * float(market.close[following, who])
        assert infos["equity"][0] == pytest.approx(after, rel=1e-12)
        assert reward[0] == pytest.approx(REWARD_SCALE * math.log(after / before), rel=1e-9)


def test_an_observation_does_not_change_when_the_future_does() -> None:
    settings = config()
    env = BatchedTradingEnv(settings, num_envs=4)
    first, _ = env.reset(seed=1)
    later = env.rows.max(axis=1).max()
    cut = int(env.rows[:, 3].max())
    features, close = settings.market.features.copy(), settings.market.close.copy()
    features[cut + 1 :] += 1.0
    close[cut + 1 :] *= 2.0
    altered = BatchedTradingEnv(replace(settings, market=replace(settings.market, features=features, close=close)), 4)
    other, _ = altered.reset(seed=1)
    assert later > cut
    np.testing.assert_array_equal(first, other)
    for _ in range(3):
        mine, theirs = env.step(np.full((4, 1), 0.5))[0], altered.step(np.full((4, 1), 0.5))[0]
        visible = env.rows[np.arange(4), env.step_index] <= cut
        np.testing.assert_array_equal(mine[visible], theirs[visible])
        assert visible.any()


def test_an_order_fills_at_the_open_after_the_decision_and_never_at_a_price_seen_before_it() -> None:
    settings = config()
    env = BatchedTradingEnv(settings, num_envs=1, report=True)
    env.reset(seed=5)
    decided, following, who = env.rows[0][0], env.rows[0][1], int(env.instrument[0])
    opened = settings.market.open.copy()
    opened[following, who] *= 1.10
    dearer = BatchedTradingEnv(replace(settings, market=replace(settings.market, open=opened)), 1, report=True)
    dearer.reset(seed=5)
    opened_now = settings.market.open.copy()
    opened_now[decided, who] *= 1.10
    same = BatchedTradingEnv(replace(settings, market=replace(settings.market, open=opened_now)), 1, report=True)
    same.reset(seed=5)
    buy = np.array([[1.0]])
    plain, high, past = (e.step(buy)[4]["equity"][0] for e in (env, dearer, same))
    assert high < plain * 0.92
    assert past == plain


def test_equal_seeds_give_equal_episodes_and_other_seeds_others() -> None:
    def run(seed: int) -> np.ndarray:
        env = BatchedTradingEnv(config(), num_envs=8)
        observed = [env.reset(seed=seed)[0]]
        actions = np.random.default_rng(0)
        for _ in range(30):
            observed.append(env.step(actions.uniform(-1, 1, (8, 1)))[0])
        return np.stack(observed)

    np.testing.assert_array_equal(run(7), run(7))
    assert not np.array_equal(run(7), run(8))


def test_a_finished_window_is_truncated_and_then_reset_with_no_reward() -> None:
    env = BatchedTradingEnv(config(), num_envs=3)
    env.reset(seed=0)
    for step in range(12):
        *_, truncated, _ = env.step(np.ones((3, 1)))
        assert truncated.all() == (step == 11)
    observed, reward, terminated, truncated, _ = env.step(np.ones((3, 1)))
    assert not terminated.any()
    assert not truncated.any()
    assert (reward == 0).all()
    assert (observed[:, -1] == 0).all()


def test_reward_parts_add_up_and_penalties_only_take() -> None:
    weights = RewardWeights(turnover=0.001, risk_aversion=2.0)
    env = BatchedTradingEnv(config(rewards=weights), num_envs=5, report=True)
    env.reset(seed=2)
    _, reward, _, _, infos = env.step(np.linspace(-1, 1, 5)[:, None])
    np.testing.assert_allclose(reward, infos["log_return"] + infos["turnover"] + infos["risk"])
    assert (infos["turnover"] <= 0).all()
    assert (infos["risk"] <= 0).all()


def test_changes_below_the_least_trade_are_not_sent() -> None:
    env = BatchedTradingEnv(config(min_trade_weight=0.2), num_envs=1, report=True)
    env.reset(seed=2)
    assert env.step(np.array([[-0.7]]))[4]["cost"][0] == 0.0
    assert env.step(np.array([[-0.5]]))[4]["cost"][0] > 0.0


def test_too_short_a_history_is_refused_in_words() -> None:
    with pytest.raises(UserDataError, match="at least 3 bars"):
        BatchedTradingEnv(config(market=random_market(bars=2, symbols=("AAA",))))
