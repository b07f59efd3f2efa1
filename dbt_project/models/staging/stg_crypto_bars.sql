{{ staged_bars('crypto_bars') }}
