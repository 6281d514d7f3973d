{#
    A month is the unit of recomputation for the models built by month
    (config.meta.built_by_month names their dataset): each is incremental and keeps,
    beside its rows, the fingerprint of every month that it was built from (table
    built_months). A month whose fingerprint is another by now, or that is not there
    any more, is dropped and, if it is there, built again. So a new load, a withdrawn
    file, a changed rule and a run that died half-way heal the same way.

    A month of the big models depends on its own files. A month of the marts (dataset
    `marts`) may depend on every month before it, for comparisons and backlogs: its
    fingerprint is made of theirs, so they are built from the first changed month on.
#}

{#
    Configures the model at hand as one built by month. month_column: the date of its
    month or, of staging models, landed_month, a text.
#}
{% macro built_by_month(dataset, month_column='assessment_month', follows_cutoff=false) %}
    {%- if dataset == 'marts' and not can_delete_rows() -%}
        {{ config(materialized='table') }}
        {{ return('') }}
    {%- endif -%}
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

{#
    Whether the run builds every model. In one that leaves some out, a model may be
    made from another that is not what its months' fingerprints say.
#}
{% macro is_whole_run() %}
    {%- for name, node in graph.nodes.items() if node.resource_type == 'model' and name not in selected_resources -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

{# The fingerprints that a model is built by. #}
{% macro fingerprints_of(name) -%}
    {%- set meta = graph.nodes['model.' ~ project_name ~ '.' ~ name].config.meta -%}
    {{ month_fingerprints(meta.built_by_month, meta.follows_cutoff or false) }}
{%- endmacro %}

{#
    The landed months that a model holds or could hold, in three lists: to keep, as
    they would be built now; to build; to drop, changed or vanished. In a run of some
    of the models none is kept. Asked for once in a rendering.
#}
{% macro month_states(name) %}
    {%- set key = 'month_states ' ~ name -%}
    {%- if key not in model -%}
        {%- set keeps = is_whole_run() -%}
        {%- set states = {'to_keep': [], 'to_build': [], 'to_drop': []} -%}
        {%- for month, is_landed, is_built, is_equal in run_query(
            'select coalesce(inputs.landed_month, built.landed_month) as landed_month,'
            ~ ' inputs.landed_month is not null as is_landed, built.landed_month is not null as is_built,'
            ~ ' coalesce(inputs.fingerprint = built.fingerprint, false) as is_equal'
            ~ ' from (' ~ fingerprints_of(name) ~ ') as inputs full outer join (select * from '
            ~ inner_table('built_months') ~ " where model_name = '" ~ name ~ "') as built"
            ~ ' on inputs.landed_month = built.landed_month order by 1'
        ).rows -%}
            {%- if is_equal and keeps -%}{%- do states.to_keep.append(month) -%}
            {%- else -%}
                {%- if is_landed -%}{%- do states.to_build.append(month) -%}{%- endif -%}
                {%- if is_built -%}{%- do states.to_drop.append(month) -%}{%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do model.update({key: states}) -%}
    {%- endif -%}
    {{ return(model[key]) }}
{% endmacro %}

{# The first column of a query's rows, as a list. #}
{% macro column_of(query) %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{#
    A condition: the row is of a month that the model has to build; always true
    when the whole model is built. The months stand in it as literals, so that only
    their files are read. column: the month as text (YYYY-MM) or, with is_date, as
    the date of its first day. of: the model, where it is not the one at hand but one
    that this ephemeral one is a part of.
#}
{% macro is_month_to_build(column, is_date=false, of=none) %}
    {#- dbt must learn of the reference when it parses; a unit test has neither it nor a table -#}
    {%- if not execute -%}{%- set month_inputs = ref('int_month_inputs') -%}{%- endif -%}
    {%- if not this or not (is_kept(of) if of else is_incremental()) -%}{{ return('true') }}{%- endif -%}
    {{ return(is_one_of_months(column, month_states(of or this.identifier).to_build, is_date)) }}
{% endmacro %}

{# Whether a model keeps its table, as is_incremental tells of the one at hand. #}
{% macro is_kept(name) %}
    {%- if not execute or flags.FULL_REFRESH -%}{{ return(false) }}{%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] -%}
    {%- set relation = load_relation(
        api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)
    ) -%}
    {{ return(
        relation is not none and node.config.materialized == 'incremental'
        and month_states(name).to_keep | length > 0
    ) }}
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

{# Before a model appends: its months that changed or vanished are dropped, all of them when it is built anew. #}
{% macro drop_changed_months(month_column) %}
    {%- if execute -%}
        {%- if not is_incremental() -%}
            {{ forget_built_months(this.identifier) }}
        {%- else -%}
            {%- set months = month_states(this.identifier).to_drop -%}
            {{ delete_months(this, month_column, months, month_column != 'landed_month') }}
            {{ forget_built_months(this.identifier, months) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#
    After a model has appended, in the same transaction: the fingerprints of the months
    that it holds now; none in a run of some of the models.
#}
{% macro record_built_months() %}
    {%- if execute and is_whole_run() -%}
        insert into {{ inner_table('built_months') }}
        (landed_month, fingerprint, invocation_id, model_name)
        select inputs.landed_month, inputs.fingerprint, '{{ invocation_id }}', '{{ this.identifier }}'
        from ({{ fingerprints_of(this.identifier) }}) as inputs
        where not exists (
            select 1
            from {{ inner_table('built_months') }} as built
            where built.model_name = '{{ this.identifier }}'
            and built.landed_month = inputs.landed_month
        )
    {%- endif -%}
{% endmacro %}
