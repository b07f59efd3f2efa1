-- Which table speaks for a symbol that occurs in several, and the calendar it trades on.
-- The tradable universe comes first, then tables with volumes before tables with closes only.
with bars as (
    {% for table in ['equity', 'user', 'index', 'crypto', 'fx', 'large_cap'] %}
    select symbol, source_table, asset_class, frequency, event_time,
        {% if env_var('LEADLINE_DBT_UNIVERSE', 'equity') == table %}0{% else %}{{ loop.index }}{% endif %} as priority
    from {{ ref('stg_' ~ table ~ '_bars') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

summed as (
    select
        symbol,
        source_table,
        min(priority) as priority,
        any_value(asset_class) as asset_class,
        mode(frequency) as frequency,
        min(event_time) as first_time,
        max(event_time) as last_time,
        count(*) as bars,
        -- the weekday of the bar's last instant: only a market that never closes has many bars at weekends
        avg(case when isodow((event_time - interval 1 microsecond) at time zone 'UTC') >= 6 then 1 else 0 end) as weekend_share
    from bars
    group by symbol, source_table
    qualify row_number() over (partition by symbol order by min(priority)) = 1
)

select
    * exclude (weekend_share, priority),
    priority = 0 as is_tradable,
    case
        when asset_class = 'crypto' then '24-7'
        when asset_class = 'fx' then 'FX'
        when asset_class = 'user' and weekend_share > 0.1 then '24-7'
        else 'XNYS'
    end as calendar
from summed
