with index_closes as (
    select symbol as series, event_time, known_at, close as value from {{ ref('stg_index_bars') }}
),

large_cap_returns as (
    select
        event_time,
        known_at,
        coalesce(adj_close, close)
            / lag(coalesce(adj_close, close)) over (partition by symbol order by event_time) - 1 as daily_return
    from {{ ref('stg_large_cap_bars') }}
),

large_cap_days as (
    select event_time, max(known_at) as known_at, coalesce(avg(daily_return), 0) as mean_return
    from large_cap_returns
    group by event_time
),

-- equal weights, rebalanced daily, 100 before the first return
large_cap_level as (
    select
        'LARGE_CAP' as series,
        event_time,
        known_at,
        100 * exp(sum(ln(1 + mean_return)) over (order by event_time rows unbounded preceding)) as value
    from large_cap_days
),

crypto_days as (
    select
        replace(symbol, '-', '') as series,
        cast((event_time - interval 1 microsecond) at time zone 'UTC' as date) as utc_date,
        max(event_time) as event_time,
        arg_max(known_at, event_time) as known_at,
        arg_max(close, event_time) as value
    from {{ ref('stg_crypto_bars') }}
    group by all
),

-- a day counts once it is over (a bar at or after its end has come), and is known from its end on: no row is ever revised
crypto_closes as (
    select
        series,
        event_time,
        greatest(known_at, cast(utc_date + interval 1 day as timestamp) at time zone 'UTC') as known_at,
        value
    from crypto_days
    qualify event_time = cast(utc_date + interval 1 day as timestamp) at time zone 'UTC'
        or lead(event_time) over (partition by series order by utc_date) is not null
),

macro as (
    select series, event_time, known_at, value from {{ ref('stg_macro_series') }}
)

select series, event_time, known_at, value
from (
    select * from index_closes
    union all
    select * from large_cap_level
    union all
    select * from crypto_closes
    union all
    select * from macro
)
order by series, event_time, known_at
