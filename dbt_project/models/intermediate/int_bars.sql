-- Every bar of every instrument, prices adjusted for splits and dividends where the source gives an adjusted close,
-- volumes restated in today's shares.
with bars as (
    {% for table in ['equity', 'user', 'index', 'crypto', 'fx', 'large_cap'] %}
    select * from {{ ref('stg_' ~ table ~ '_bars') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

splits as (
    select symbol, source, event_time, ratio from {{ ref('stg_corporate_actions') }} where kind = 'split' and ratio > 0
),

-- shares of today for one share of the bar's time: the product of all splits after the bar
share_factor as (
    select bars.symbol, bars.source_table, bars.event_time, product(splits.ratio) as factor
    from bars
    -- a symbol of the user's may also be bundled: only the actions found in the same file count
    join splits
        on splits.symbol = bars.symbol and splits.source = bars.source and splits.event_time > bars.event_time
    group by all
)

select
    bars.symbol,
    bars.source_table,
    bars.event_time,
    bars.known_at,
    bars.open * coalesce(bars.adj_close / bars.close, 1) as open,
    bars.high * coalesce(bars.adj_close / bars.close, 1) as high,
    bars.low * coalesce(bars.adj_close / bars.close, 1) as low,
    -- the same product for all four prices, so that rounding cannot put a close above its high
    bars.close * coalesce(bars.adj_close / bars.close, 1) as close,
    bars.volume * coalesce(share_factor.factor, 1) as volume,
    bars.close as raw_close
from bars
left join share_factor using (symbol, source_table, event_time)
