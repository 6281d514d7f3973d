{# The landed rows of a load that are in a state (accepted, superseded, rejected), as bigint. #}
{% macro count_in_state(row_status_code) -%}
    cast(
        coalesce(
            sum(row_count) filter (
                where row_status_code = '{{ row_status_code }}'
            ),
            0
        ) as bigint
    )
{%- endmacro %}
