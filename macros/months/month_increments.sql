{#
    A month is the unit of recomputation for the big models (config.meta.built_by_month
    names their dataset): each is incremental and keeps, beside its rows, the
    fingerprint of every month that it was built from (table built_months). A month
    whose fingerprint is another by now, or that is not there any more, is dropped
    and, if it is there, built again. So a new load, a withdrawn file, a changed rule
    and a run that died half-way heal the same way.
#}

{#
    Configures the model at hand as a big one. month_column: the date of its month
    or, of staging models, landed_month, a text.
#}
{% macro built_by_month(dataset, month_column='assessment_month', follows_cutoff=false) %}
    {{ config(
        materialized='incremental',
        incremental_strategy=add_months_strategy(),
        partition_by=partition_column(month_column),
        on_schema_change='fail',
        meta={'built_by_month': dataset, 'follows_cutoff': follows_cutoff},
        pre_hook="{{ drop_changed_months('" ~ month_column ~ "') }}",
        post_hook='{{ record_built_months() }}'
    ) }}
{% endmacro %}

{# A table of the build itself, by name: not a model, or one that a hook or a mart's own test cannot name by ref. #}
{% macro inner_table(name) %}
    {{ return(api.Relation.create(database=target.database or none, schema='intermediate', identifier=name)) }}
{% endmacro %}

{# Creates the tables that remember fingerprints; on-run-start, before any big model runs. #}
{% macro create_month_tables() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot') -%}
        {%- do adapter.create_schema(inner_table('built_months')) -%}
        {#- one row per big model and landed month that it holds, with the run that built it -#}
        {%- do create_text_table(
            inner_table('built_months'), ['landed_month', 'fingerprint', 'invocation_id', 'model_name'],
            partition_by='model_name'
        ) -%}
        {#- one row per dataset and landed month whose tests have passed -#}
        {%- do create_text_table(
            inner_table('checked_months'), ['dataset', 'landed_month', 'fingerprint']
        ) -%}
    {%- endif -%}
{% endmacro %}

{#
    The fingerprints of a dataset's landed months, as a query: what the month's rows
    are made of and, with_cutoff, the cutoff of the month, which exists by its cases.
#}
{% macro month_fingerprints(dataset, with_cutoff=false) -%}
    select
        inputs.landed_month,
        {%- if with_cutoff %}
        concat(inputs.fingerprint, ' ', coalesce(cast(months.cutoff_at as string), '')) as fingerprint
        {%- else %}
        inputs.fingerprint
        {%- endif %}
    from {{ inner_table('int_month_inputs') }} as inputs
    {%- if with_cutoff %}
    left join {{ inner_table('int_assessment_months') }} as months
        on inputs.assessment_month = months.assessment_month
    {%- endif %}
    where inputs.dataset = '{{ dataset }}'
{%- endmacro %}

{# The fingerprints that the model at hand is built by. #}
{% macro own_fingerprints() -%}
    {{ month_fingerprints(model.config.meta.built_by_month, model.config.meta.follows_cutoff or false) }}
{%- endmacro %}

{# The landed months that the big model at hand holds as they would be built now. #}
{% macro months_to_keep() %}
    {{ return(column_of(
        'select inputs.landed_month from (' ~ own_fingerprints() ~ ') as inputs'
        ~ ' inner join ' ~ inner_table('built_months') ~ ' as built'
        ~ " on built.model_name = '" ~ this.identifier ~ "' and inputs.landed_month = built.landed_month"
        ~ ' and inputs.fingerprint = built.fingerprint order by 1'
    )) }}
{% endmacro %}

{# The first column of a query's rows, as a list. #}
{% macro column_of(query) %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{#
    A condition: the row is of a month that the model has to build; always true
    when the whole model is built. The months stand in it as literals, so that only
    their files are read. column: the month as text (YYYY-MM) or, with is_date, as
    the date of its first day.
#}
{% macro is_month_to_build(column, is_date=false) %}
    {#- dbt must learn of the reference when it parses -#}
    {%- set month_inputs = ref('int_month_inputs') -%}
    {%- if not is_incremental() -%}{{ return('true') }}{%- endif -%}
    {{ return(is_one_of_months(column, column_of(
        'select landed_month from (' ~ own_fingerprints() ~ ') as inputs where not ('
        ~ is_one_of_months('landed_month', months_to_keep()) ~ ') order by 1'
    ), is_date)) }}
{% endmacro %}

{# A condition: the month is one of a list of texts. #}
{% macro is_one_of_months(column, months, is_date=false) %}
    {%- set literals = [] -%}
    {%- for month in months -%}
        {%- if not is_date -%}
            {%- do literals.append("'" ~ month | replace("'", "''") ~ "'") -%}
        {%- elif modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])', month) -%}
            {%- do literals.append("cast('" ~ month ~ "-01' as date)") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(column ~ ' in (' ~ literals | join(', ') ~ ')' if literals else 'false') }}
{% endmacro %}

{# Before a big model appends: its months that changed or vanished are dropped, all of them when it is built anew. #}
{% macro drop_changed_months(month_column) %}
    {%- if execute -%}
        {%- if not is_incremental() -%}
            {{ forget_built_months(this.identifier) }}
        {%- else -%}
            {%- set changed = column_of(
                'select landed_month from ' ~ inner_table('built_months')
                ~ " where model_name = '" ~ this.identifier ~ "' and not ("
                ~ is_one_of_months('landed_month', months_to_keep()) ~ ')'
            ) -%}
            {{ delete_months(this, month_column, changed, month_column != 'landed_month') }}
            {{ forget_built_months(this.identifier, changed) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# After a big model has appended, in the same transaction: the fingerprints of the months that it holds now. #}
{% macro record_built_months() %}
    {%- if execute -%}
        insert into {{ inner_table('built_months') }}
        (landed_month, fingerprint, invocation_id, model_name)
        select inputs.landed_month, inputs.fingerprint, '{{ invocation_id }}', '{{ this.identifier }}'
        from ({{ own_fingerprints() }}) as inputs
        where not exists (
            select 1
            from {{ inner_table('built_months') }} as built
            where built.model_name = '{{ this.identifier }}'
            and built.landed_month = inputs.landed_month
        )
    {%- endif -%}
{% endmacro %}
