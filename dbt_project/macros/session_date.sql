{#
  The trading session that a bar belongs to. event_time is the bar's close, so the last instant of the bar decides:
  XNYS by the date in New York; FX by the day that ends at 17:00 in New York (Sunday evening belongs to Monday); 24-7 by the UTC date.
#}
{% macro session_date(event_time, calendar) %}
case {{ calendar }}
    when 'XNYS' then cast(({{ event_time }} - interval 1 microsecond) at time zone 'America/New_York' as date)
    when 'FX' then cast((({{ event_time }} - interval 1 microsecond) at time zone 'America/New_York') + interval 7 hour as date)
    else cast(({{ event_time }} - interval 1 microsecond) at time zone 'UTC' as date)
end
{% endmacro %}
