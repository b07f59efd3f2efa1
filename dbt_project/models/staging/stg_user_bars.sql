{{ staged_bars('user_bars') }}
