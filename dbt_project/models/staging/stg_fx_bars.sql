{{ staged_bars('fx_bars') }}
