{#
    The checks of one mart by its declarations (config.meta): `grain`, `rate` of
    each rate column, `wholes` (grain columns whose row `all` is the sum of the
    others) and `not_additive` (counts that such sums leave out); on a count column
    `is_signed` (it can be negative) and `is_nullable` (NULL where it is unknown). One row per
    check that fails, with the number of rows that fail it. Conditions are
    written so that NULL fails.
#}
{% macro mart_checks(relation, declarations) %}
    {%- set grain = declarations.grain -%}
    {%- set condition = declarations.condition | default('true') -%}
    {%- set checks = row_checks(declarations) -%}
with

checked as (
    select
        {%- for name, condition in checks.items() %}
        count(*) filter (where ({{ condition }}) is not true) as check_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    where {{ condition }}
),

failures as (
    {%- for name in checks %}
    select
        '{{ name }}' as check_name,
        check_{{ loop.index }} as failing_count
    from checked
    union all
    {%- endfor %}
    select
        'key is unique' as check_name,
        count(*) as failing_count
    from (
        {{ repeated_keys(relation, grain, condition) | indent(8) }}
    ) as repeated_keys
    {%- for whole in declarations.wholes %}
    union all
    select
        '{{ whole }}: all is the sum of its parts' as check_name,
        count(*) as failing_count
    from (
        {{ broken_wholes(relation, whole, declarations) | indent(8) }}
    ) as broken_wholes
    {%- endfor %}
)

select
    check_name,
    failing_count
from failures
where failing_count > 0
{% endmacro %}

{#
    Keys that several rows have, where one of the rows is of a month to check. The
    keys are looked for among those that share a hash: a number for a key takes a
    fraction of the memory and time, at millions of keys. A key that does not hold
    the month may come back in any month, within the bounds of the keys to check.
#}
{% macro repeated_keys(relation, grain, condition) -%}
    select 1 as repeated
    from {{ relation }}
    where
        {{ value_hash(grain | join(', ')) }} in (
            select {{ value_hash(grain | join(', ')) }} as key_hash
            from {{ relation }}
            {%- if condition != 'true' and 'assessment_month' in grain %}
            where {{ condition }}
            {%- elif condition != 'true' %}
            where
                {%- for column in grain %}
                {{ 'and ' if not loop.first }}{{ column }} between (
                    select min(keys_to_check.{{ column }})
                    from {{ relation }} as keys_to_check
                    where {{ condition }}
                ) and (
                    select max(keys_to_check.{{ column }})
                    from {{ relation }} as keys_to_check
                    where {{ condition }}
                )
                {%- endfor %}
            {%- endif %}
            group by key_hash
            having count(*) > 1
        )
    group by {{ grain | join(', ') }}
    having count(*) > 1
{%- endmacro %}

{# The checks of single rows: name -> condition that must be true. #}
{% macro row_checks(declarations) %}
    {%- set checks = {} -%}
    {%- for column in declarations.grain -%}
        {%- do checks.update({column ~ ' is not null': column ~ ' is not null'}) -%}
    {%- endfor -%}
    {%- for column in declarations.counts -%}
        {%- if column in declarations.nullable_counts -%}
            {%- do checks.update({column ~ ' is zero or more': column ~ ' is null or ' ~ column ~ ' >= 0'}) -%}
        {%- else -%}
            {%- do checks.update({column ~ ' is zero or more': column ~ ' >= 0'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column, rate in declarations.rates.items() -%}
        {%- do checks.update(rate_checks(column, rate)) -%}
    {%- endfor -%}
    {{ return(checks) }}
{% endmacro %}

{#
    A rate is NULL exactly when its denominator is NULL or zero; it is recomputed
    without division: the six printed digits are right when the numerator lies
    within half a millionth of rate x denominator, the upper half excluded.
#}
{% macro rate_checks(column, rate) %}
    {%- set n = 'cast(' ~ rate.numerator ~ ' as decimal(18, 0))' -%}
    {%- set d = 'cast(' ~ rate.denominator ~ ' as decimal(18, 0))' -%}
    {%- set absent = 'coalesce(' ~ rate.denominator ~ ', 0) = 0' -%}
    {%- set millionths = 'cast(abs(' ~ column ~ ') * 1000000 as decimal(18, 0))' -%}
    {%- set doubled_error = '2 * (1000000 * abs(' ~ n ~ ') - ' ~ millionths ~ ' * ' ~ d ~ ')' -%}
    {%- set checks = {
        column ~ ' is null exactly without denominator': '(' ~ column ~ ' is null) = (' ~ absent ~ ')',
        column ~ ' equals its recomputation': absent ~ ' or (' ~ doubled_error ~ ' >= -' ~ d
            ~ ' and ' ~ doubled_error ~ ' < ' ~ d ~ ' and sign(' ~ column ~ ') * sign(' ~ n ~ ') >= 0)',
    } -%}
    {%- if not rate.can_exceed_one | default(false) -%}
        {%- do checks.update({
            column ~ ' lies between 0 and 1': absent ~ ' or ' ~ column ~ ' between 0 and 1',
            column ~ ': numerator <= denominator': absent ~ ' or ' ~ rate.numerator ~ ' <= ' ~ rate.denominator,
        }) -%}
    {%- endif -%}
    {{ return(checks) }}
{% endmacro %}

{# Combinations of the other grain columns whose `all` row is not the sum of the rest. #}
{% macro broken_wholes(relation, whole, declarations) -%}
    select 1 as broken
    from {{ relation }}
    where {{ declarations.condition | default('true') }}
    group by {{ declarations.grain | reject('equalto', whole) | join(', ') }}
    having
        (
            {%- for count in declarations.counts if count not in declarations.not_additive %}
            {{ 'and ' if not loop.first }}sum(case when {{ whole }} = 'all' then {{ whole_part(count, declarations) }} end)
            = coalesce(sum(case when {{ whole }} <> 'all' then {{ whole_part(count, declarations) }} end), 0)
            {%- endfor %}
        ) is not true
{%- endmacro %}

{# A count as a summand; one that may be NULL counts as zero then. #}
{% macro whole_part(count, declarations) -%}
    {{ 'coalesce(' ~ count ~ ', 0)' if count in declarations.nullable_counts else count }}
{%- endmacro %}

{# The declarations of a model from its properties. #}
{% macro mart_declarations(relation) %}
    {%- set found = namespace(node=none) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.alias == relation.identifier -%}
        {%- set found.node = node -%}
    {%- endfor -%}
    {%- set meta = found.node.config.meta -%}
    {%- if not meta.grain -%}
        {{ exceptions.raise_compiler_error(
            found.node.name ~ ': config.meta.grain is missing; declare the grain columns'
        ) }}
    {%- endif -%}
    {%- set rates = {} -%}
    {%- set counts = [] -%}
    {%- set nullable_counts = [] -%}
    {%- for column in found.node.columns.values() -%}
        {%- if column.config.meta.rate is defined -%}
            {%- do rates.update({column.name: column.config.meta.rate}) -%}
        {%- elif column.name.endswith('_rate') or column.name.endswith('_share') -%}
            {{ exceptions.raise_compiler_error(
                found.node.name ~ '.' ~ column.name
                ~ ': config.meta.rate is missing; declare numerator and denominator'
            ) }}
        {%- endif -%}
        {%- if column.name.endswith('_count') and not column.config.meta.is_signed -%}
            {%- do counts.append(column.name) -%}
            {%- if column.config.meta.is_nullable -%}
                {%- do nullable_counts.append(column.name) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({
        'condition': is_month_to_check('assessment_month', dataset=meta.built_by_month) if meta.built_by_month else 'true',
        'grain': meta.grain,
        'wholes': meta.wholes or [],
        'not_additive': meta.not_additive or [],
        'rates': rates,
        'counts': counts,
        'nullable_counts': nullable_counts,
    }) }}
{% endmacro %}
