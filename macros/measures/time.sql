{# The second of its day that a time or a timestamp lies in, 0 to 86399. #}
{% macro second_of_day(instant) -%}
    cast(
        extract(hour from {{ instant }}) * 3600
        + extract(minute from {{ instant }}) * 60
        + floor(extract(second from {{ instant }})) as bigint
    )
{%- endmacro %}

{# Microseconds since midnight of the day that a timestamp lies in. #}
{% macro clock_microseconds(instant) -%}
    ({{ microseconds_between("cast('0001-01-01 00:00:00' as timestamp)", instant) }} % 86400000000)
{%- endmacro %}

{#
    How many days have begun before an instant, days that begin at a clock time
    (microseconds since midnight): at an instant of that clock time, as many more
    have as are the whole days between the two, begun ones included.
#}
{% macro days_begun(instant, clock) -%}
    {{ integer_divide(
        microseconds_between("cast('0001-01-01 00:00:00' as timestamp)", instant)
        ~ ' - ' ~ clock ~ ' + 86399999999',
        86400000000
    ) }}
{%- endmacro %}
