select
    series,
    event_time,
    known_at,
    {{ known('value') }} as value,
    source
from {{ source('validated', 'macro_series') }}
where {{ known('value') }} is not null
