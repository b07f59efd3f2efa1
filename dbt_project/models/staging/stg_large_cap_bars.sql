{{ staged_bars('large_cap_bars') }}
