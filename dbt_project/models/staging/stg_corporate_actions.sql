select
    symbol,
    event_time,
    known_at,
    kind,
    {{ known('ratio') }} as ratio,
    {{ known('amount') }} as amount,
    source
from {{ source('validated', 'corporate_actions') }}
