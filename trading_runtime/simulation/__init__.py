"""How the simulated market fills and charges: used by the training environments, the backtest and the paper broker."""
