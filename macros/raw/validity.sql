{# A condition: the row of a relation is in force on a day. The last day in force counts; empty is open. #}
{% macro is_in_force(relation, day) -%}
    {{ relation }}.effective_from <= {{ day }}
    and (
        {{ relation }}.effective_to is null
        or {{ relation }}.effective_to >= {{ day }}
    )
{%- endmacro %}

{# A left join of typed_rows to the row of a rule in force on the first day of its month. #}
{% macro in_force_join(relation, code) -%}
    left join {{ relation }}
        on typed_rows.{{ code }} = {{ relation }}.{{ code }}
        and {{ is_in_force(relation, first_of_month('typed_rows.assessment_month')) | indent(8) }}
{%- endmacro %}

{% macro first_of_month(instant) -%}
    cast(date_trunc('month', {{ instant }}) as date)
{%- endmacro %}

{# A month in text (YYYY-MM) as the date of its first day; NULL where the text is none. #}
{% macro month_as_date(month) -%}
    case
        when {{ matches_whole(month, '[0-9]{4}-(0[1-9]|1[0-2])') }}
            then cast(concat({{ month }}, '-01') as date)
    end
{%- endmacro %}

{#
    The cutoff of a month: its row of assessment_periods, else the default by the
    rule parameters in force. It needs the joins of cutoff_joins.
#}
{% macro cutoff_at(month) -%}
    coalesce(
        assessment_periods.cutoff_at,
        cast(
            {{ add_days(
                add_months(month, 'cutoff_months.parameter_value'),
                'cutoff_days.parameter_value - 1'
            ) }} as timestamp
        )
    )
{%- endmacro %}

{# The joins behind cutoff_at, to CTEs named assessment_periods and rule_parameters. #}
{% macro cutoff_joins(month) -%}
    left join assessment_periods
        on {{ month }} = assessment_periods.assessment_month
    left join rule_parameters as cutoff_months
        on cutoff_months.parameter_code = 'default_cutoff_month_offset'
        and {{ is_in_force('cutoff_months', month) | indent(8) }}
    left join rule_parameters as cutoff_days
        on cutoff_days.parameter_code = 'default_cutoff_day'
        and {{ is_in_force('cutoff_days', month) | indent(8) }}
{%- endmacro %}

{#
    CTEs own_months and month_cutoffs: of the months that a timestamp of a relation
    lies in, those whose cutoff is before their end, the only ones that can leave
    rows of theirs behind it. Few months, mostly none, stand for many rows, which
    then find their cutoff by an equality.
#}
{% macro cutoffs_of_months(relation, instant) -%}
own_months as (
    select distinct {{ first_of_month(instant) }} as own_month
    from {{ relation }}
    where {{ instant }} is not null
),

month_cutoffs as (
    select
        own_months.own_month,
        {{ cutoff_at('own_months.own_month') | indent(8) }} as cutoff_at
    from own_months
    {{ cutoff_joins('own_months.own_month') | indent(4) }}
    where
        {{ cutoff_at('own_months.own_month') | indent(8) }}
        < {{ add_months('own_months.own_month', 1) }}
),
{%- endmacro %}
