with sessions as (
    select i.symbol, {{ session_date('b.event_time', 'i.calendar') }} as session_date, count(*) as bars
    from {{ ref('int_instruments') }} as i
    join {{ ref('int_bars') }} as b on b.symbol = i.symbol and b.source_table = i.source_table
    group by all
),

-- the usual number of bars in a session, from the data: a half day or a gap does not move the median
density as (
    select symbol, median(bars) as bars_per_session from sessions group by symbol
)

select
    i.symbol,
    i.asset_class,
    i.frequency,
    i.calendar,
    'USD' as currency,
    i.first_time,
    i.last_time,
    i.bars,
    cast(
        case
            when i.frequency = '1w' then 52
            when i.frequency = '1mo' then 12
            else density.bars_per_session * case i.calendar when 'XNYS' then 252 when 'FX' then 260 else 365 end
        end as double
    ) as periods_per_year,
    i.is_tradable,
    i.source_table
from {{ ref('int_instruments') }} as i
join density using (symbol)
order by i.symbol
