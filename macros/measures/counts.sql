{# The additive counts that every rate about cases is made from, in the order they are printed. #}
{% macro case_counts() %}
    {{ return([
        'registered_count',
        'closed_count',
        'should_close_count',
        'on_time_count',
        'overdue_open_count',
        'reworked_count',
        'base_case_count',
        'void_count',
    ]) }}
{% endmacro %}

{# The additive counts made from single cases; a void case counts nowhere but in void_count. #}
{% macro count_cases() -%}
    cast(count(*) filter (where not is_void) as bigint) as registered_count,
    cast(
        count(*) filter (where not is_void and is_closed) as bigint
    ) as closed_count,
    cast(
        count(*) filter (where not is_void and is_should_close) as bigint
    ) as should_close_count,
    cast(
        count(*) filter (
            where not is_void and timeliness_code = 'on_time'
        ) as bigint
    ) as on_time_count,
    cast(
        count(*) filter (
            where not is_void and timeliness_code = 'overdue_open'
        ) as bigint
    ) as overdue_open_count,
    cast(
        count(*) filter (
            where not is_void and is_should_close and rework_count > 0
        ) as bigint
    ) as reworked_count,
    cast(
        coalesce(sum(base_case_count) filter (where not is_void), 0) as bigint
    ) as base_case_count,
    cast(count(*) filter (where is_void) as bigint) as void_count
{%- endmacro %}

{# Sums of additive counts under their own names, as bigint. #}
{% macro sum_counts(counts=none) -%}
    {%- for count in counts or case_counts() %}
    cast(coalesce(sum({{ count }}), 0) as bigint) as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Counts of a left join from a spine: absent is zero. #}
{% macro zero_filled(relation, counts=none) -%}
    {%- for count in counts or case_counts() %}
    coalesce({{ relation }}.{{ count }}, 0) as {{ count }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The three rates that stand beside the case counts. #}
{% macro case_rates() -%}
    {{ rate('closed_count', 'registered_count') }} as closure_rate,
    {{ rate('on_time_count', 'should_close_count') }} as on_time_closure_rate,
    {{ rate('reworked_count', 'should_close_count') }} as rework_rate
{%- endmacro %}

{#
    One SELECT that sums counts of a CTE by `by`, and by every combination of
    the columns in `or_all` with the row `all` in their place. Grain columns are
    never NULL, so a NULL made by the grouping sets always means `all`. The rows
    are added up once; the combinations are made from the few sums.
#}
{% macro sum_counts_by(relation, by, or_all=[], counts=none) -%}
    select
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        {%- for column in or_all %}
        coalesce({{ column }}, 'all') as {{ column }},
        {%- endfor %}
        {{- sum_counts(counts) | indent(8) }}
    {%- if or_all %}
    from (
        {{ sum_counts_by(relation, by + or_all, counts=counts) | indent(8) }}
    ) as summed
    {%- else %}
    from {{ relation }}
    {%- endif %}
    group by
        {{ by | join(',\n        ') }}
        {%- if or_all %},
        cube({{ or_all | join(', ') }})
        {%- endif %}
{%- endmacro %}

{# The case types as rows; `all` is the whole of the other two. #}
{% macro case_types() %}{{ code_list('case_type_code', ['key', 'routine', 'all']) }}{% endmacro %}
