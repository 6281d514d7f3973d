{# The second of its day that a time or a timestamp lies in, 0 to 86399. #}
{% macro second_of_day(instant) -%}
    cast(
        extract(hour from {{ instant }}) * 3600
        + extract(minute from {{ instant }}) * 60
        + floor(extract(second from {{ instant }})) as bigint
    )
{%- endmacro %}
