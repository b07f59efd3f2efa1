{{ staged_bars('equity_bars') }}
