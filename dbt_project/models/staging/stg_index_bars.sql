{{ staged_bars('index_bars') }}
