"""The money side of the simulator: how a target weight becomes a fill, and what equity is afterwards.

Pure functions on arrays of any shape, with the cost model of `trading_runtime.simulation`: what is decided at the close of
bar t fills at the open of bar t + 1, is charged half spread, impact and commission, and is valued at the close of t + 1.
"""

from dataclasses import dataclass

import numpy as np

from trading_runtime.simulation.costs import CostModel


@dataclass(frozen=True)
class Fills:
    """Result of one rebalance: holdings after it, cash paid for it, and what it cost. All of the shape of the input."""

    quantity: np.ndarray
    cash_flow: np.ndarray
    cost: np.ndarray
    notional: np.ndarray


def rebalance(
    quantity: np.ndarray,
    target: np.ndarray,
    equity: np.ndarray,
    decision_close: np.ndarray,
    fill_open: np.ndarray,
    fill_volume: np.ndarray,
    costs: CostModel,
    min_trade_weight: float,
) -> Fills:
    """Trade from `quantity` towards `target` (share of `equity`, sized at `decision_close`) at the next bar's open.

    Where `fill_open` is NaN (no bar) nothing trades. Changes below `min_trade_weight` of equity are not sent, as in the
    runtime. `cash_flow` is what cash changes by; `cost` is the part of it that a frictionless fill would not have taken.
    """
    priced = np.isfinite(fill_open) & np.isfinite(decision_close)
    reference = np.where(priced, decision_close, 1.0)
    fill = np.where(priced, fill_open, 1.0)
    delta = target * equity / reference - quantity
    delta = np.where(priced & (np.abs(delta) * reference >= min_trade_weight * equity), delta, 0.0)
    price = costs.fill_price(fill, np.sign(delta), np.abs(delta), fill_volume)
    commission = costs.commission(delta * price)
    return Fills(
        quantity=quantity + delta,
        cash_flow=-delta * price - commission,
        cost=delta * (price - fill) + commission,
        notional=np.abs(delta) * fill,
    )
