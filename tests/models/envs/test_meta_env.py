import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from support.synthetic_market import random_market

from models.envs.meta_env import BatchedMetaEnv, MetaEnvConfig
from models.envs.single_env import SingleEnv
from models.networks import Network
from models.policy_math import AgentNetwork, PolicyLimits, allocation
from trading_runtime.simulation.costs import CostModel

COSTS = CostModel(half_spread_bps=2.0, commission_bps=1.0, impact_bps=10.0)


def constant(name: str, action: float, inputs: int = 2) -> AgentNetwork:
    """An agent that always answers the same action."""
    zeros = (np.zeros((4, inputs), np.float32), np.zeros((4, 4), np.float32), np.zeros((1, 4), np.float32))
    biases = (np.zeros(4, np.float32), np.zeros(4, np.float32), np.array([action], np.float32))
    return AgentNetwork(name, (0,), Network(zeros, biases))


def config(max_weight: float = 0.9) -> MetaEnvConfig:
    return MetaEnvConfig(
        market=random_market(bars=60, symbols=("AAA", "BBB", "CCC")),
        agents=(constant("always", 1.0), constant("never", -1.0)),
        context_columns=(1, 2),
        costs=COSTS,
        limits=PolicyLimits(max_gross=1.0, max_weight=max_weight, allow_short=False),
        window=20,
        capital=10_000.0,
    )


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_the_single_view_passes_gymnasiums_checker() -> None:
    check_env(SingleEnv(BatchedMetaEnv(config(), report=True)), skip_render_check=True)


def test_portfolio_pnl_equals_a_hand_written_loop_over_scalar_costs() -> None:
    settings = config()
    env = BatchedMetaEnv(settings, num_envs=1, report=True)
    env.reset(seed=4)
    market, row = settings.market, int(env.row[0])
    cash, quantity = 10_000.0, np.zeros(3)
    logits = np.array([[0.8, -1.0, 0.1]])
    share = allocation(logits)[0, 0]
    for _ in range(12):
        infos = env.step(logits)[4]
        tradable, close = market.tradable[row], np.nan_to_num(market.close[row])
        equity = cash + float(quantity @ close)
        for i in np.flatnonzero(tradable):
            change = share / tradable.sum() * equity / close[i] - quantity[i]
            if abs(change) * close[i] < 0.01 * equity or not np.isfinite(market.open[row + 1, i]):
                continue
            price = float(
                COSTS.fill_price(market.open[row + 1, i], np.sign(change), abs(change), market.volume[row + 1, i])
            )
            cash -= change * price + float(COSTS.commission(change * price))
            quantity[i] += change
        row += 1
        after = cash + float(quantity @ np.nan_to_num(market.close[row]))
        assert infos["equity"][0] == pytest.approx(after, rel=1e-6)


def test_all_in_cash_earns_and_costs_nothing() -> None:
    env = BatchedMetaEnv(config(), num_envs=6, report=True)
    env.reset(seed=1)
    for _ in range(10):
        _, reward, _, _, infos = env.step(np.tile([-1.0, 1.0, -1.0], (6, 1)))
    assert np.abs(reward).max() < 1.0
    assert infos["cost"].max() < 1.0


def test_weights_never_exceed_the_cap() -> None:
    env = BatchedMetaEnv(config(max_weight=0.1), num_envs=4)
    env.reset(seed=1)
    env.step(np.tile([1.0, -1.0, -1.0], (4, 1)))
    held = env.quantity * np.nan_to_num(env.config.market.close[env.row])
    assert (held / env._equity(env.config.market.close[env.row])[:, None]).max() < 0.12


def test_equal_seeds_give_equal_episodes() -> None:
    def run() -> np.ndarray:
        env = BatchedMetaEnv(config(), num_envs=3)
        env.reset(seed=9)
        actions = np.random.default_rng(0)
        return np.stack([env.step(actions.uniform(-1, 1, (3, 3)))[1] for _ in range(40)])

    np.testing.assert_array_equal(run(), run())
