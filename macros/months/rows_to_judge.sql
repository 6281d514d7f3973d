{#
    A query of the keys of a dataset that several landed rows have, one of them in the
    months to build.
#}
{% macro repeated_keys_of(dataset, is_month_to_build) -%}
    select distinct natural_key
    from {{ ref('int_repeated_keys') }}
    where dataset = '{{ dataset }}' and {{ is_month_to_build }}
{%- endmacro %}

{#
    Conditions on the landed rows of a dataset that have to be judged: those of the
    months to build; of other months, the rows of the keys that the months to build
    share with them.
#}
{% macro rows_to_judge(dataset, is_month_to_build) -%}
    {%- if is_month_to_build == 'true' -%}{{ return(['true']) }}{%- endif -%}
    {%- set shared_keys = 'select natural_key from ' ~ ref('int_repeated_keys')
        ~ " where dataset = '" ~ dataset ~ "' and " ~ is_month_to_build -%}
    {%- set other_months = column_of(
        'select distinct landed_month from ' ~ ref('int_repeated_keys') ~ " where dataset = '" ~ dataset
        ~ "' and natural_key in (" ~ shared_keys ~ ') and not (' ~ is_month_to_build ~ ') order by 1'
    ) -%}
    {{ return([
        is_month_to_build,
        is_one_of_months('landed_month', other_months) ~ ' and '
        ~ key_text(dataset) ~ ' in (' ~ shared_keys ~ ')',
    ]) }}
{%- endmacro %}
