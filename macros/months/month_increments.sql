{#
    A month is the unit of recomputation for the big models: each is incremental
    and keeps, beside its rows, the fingerprint of every month that it was built
    from (table built_months). A month whose fingerprint in int_month_inputs is
    another, or that is not there any more, is dropped and, if it is there, built
    again. So a new load, a withdrawn file, a changed rule and a run that died
    half-way heal the same way.
#}

{# The table of fingerprints: one row per big model and landed month that it holds, with the run that built it. #}
{% macro built_months() %}
    {{ return(api.Relation.create(
        database=target.database, schema='intermediate', identifier='built_months'
    )) }}
{% endmacro %}

{# Creates the tables of fingerprints; on-run-start, before any big model runs. #}
{% macro create_built_months() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot') -%}
        {%- do adapter.create_schema(built_months()) -%}
        {%- do run_query(
            'create table if not exists ' ~ built_months()
            ~ ' (model_name varchar, landed_month varchar, fingerprint varchar, invocation_id varchar)'
        ) -%}
        {%- do run_query(
            'create table if not exists ' ~ checked_months()
            ~ ' (landed_month varchar, fingerprint varchar)'
        ) -%}
    {%- endif -%}
{% endmacro %}

{# The landed months that a big model holds as they would be built now. #}
{% macro months_to_keep(model_name) %}
    {{ return(run_query(
        'select inputs.landed_month from ' ~ ref('int_month_inputs') ~ ' as inputs'
        ~ ' inner join ' ~ built_months() ~ ' as built'
        ~ " on built.model_name = '" ~ model_name ~ "' and inputs.landed_month = built.landed_month"
        ~ ' and inputs.fingerprint = built.fingerprint order by 1'
    ).columns[0].values() | list) }}
{% endmacro %}

{# The landed months that a big model has to build: those that it lacks or holds with another fingerprint. #}
{% macro months_to_build(model_name) %}
    {{ return(run_query(
        'select landed_month from ' ~ ref('int_month_inputs')
        ~ ' where ' ~ 'not (' ~ is_one_of_months('landed_month', months_to_keep(model_name)) ~ ') order by 1'
    ).columns[0].values() | list) }}
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
    {{ return(is_one_of_months(column, months_to_build(this.identifier), is_date)) }}
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
{% macro drop_changed_months(month_column, is_date=true) %}
    {%- set month_inputs = ref('int_month_inputs') -%}
    {%- if execute -%}
        {%- if not is_incremental() -%}
            delete from {{ built_months() }} where model_name = '{{ this.identifier }}'
        {%- else -%}
            {%- set kept = is_one_of_months('landed_month', months_to_keep(this.identifier)) -%}
            {%- set changed = run_query(
                'select landed_month from ' ~ built_months()
                ~ " where model_name = '" ~ this.identifier ~ "' and not (" ~ kept ~ ')'
            ).columns[0].values() | list -%}
            delete from {{ this }} where {{ is_one_of_months(month_column, changed, is_date) }};
            delete from {{ built_months() }}
            where model_name = '{{ this.identifier }}'
            and {{ is_one_of_months('landed_month', changed) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# After a big model has appended, in the same transaction: the fingerprints of the months that it holds now. #}
{% macro record_built_months() %}
    {%- set month_inputs = ref('int_month_inputs') -%}
    {%- if execute -%}
        insert into {{ built_months() }}
        select
            '{{ this.identifier }}', inputs.landed_month, inputs.fingerprint, '{{ invocation_id }}'
        from {{ month_inputs }} as inputs
        where not exists (
            select 1
            from {{ built_months() }} as built
            where built.model_name = '{{ this.identifier }}'
            and built.landed_month = inputs.landed_month
        )
    {%- endif -%}
{% endmacro %}

{# The hash of the files of each landed month of cases, as a query of int_case_files. #}
{% macro month_file_hashes(case_files) -%}
    select
        landed_month,
        md5({{ join_texts("concat(load_id, '=', file_hash)", 'load_id') }}) as files_hash
    from {{ case_files }}
    group by landed_month
{%- endmacro %}

{# The landed months whose files are those that the model was made from as it stands; none when it is made anew. #}
{% macro months_read_before() %}
    {%- if not execute or flags.FULL_REFRESH or not load_relation(this) -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query(
        'select inputs.landed_month from (' ~ month_file_hashes(ref('int_case_files')) ~ ') as inputs'
        ~ ' inner join ' ~ built_months() ~ ' as built'
        ~ " on built.model_name = '" ~ this.identifier ~ "' and inputs.landed_month = built.landed_month"
        ~ ' and inputs.files_hash = built.fingerprint order by 1'
    ).columns[0].values() | list) }}
{% endmacro %}

{# After the model is made, in the same transaction: the files of the months that it was made from. #}
{% macro record_read_months() %}
    {%- set case_files = ref('int_case_files') -%}
    {%- if execute -%}
        delete from {{ built_months() }} where model_name = '{{ this.identifier }}';
        insert into {{ built_months() }}
        select '{{ this.identifier }}', months.landed_month, months.files_hash, '{{ invocation_id }}'
        from ({{ month_file_hashes(case_files) }}) as months
    {%- endif -%}
{% endmacro %}

{#
    The version of the code that case rows are made by: of the count facts, of all
    models that they are made from, of every macro and of the raw data contract.
#}
{% macro code_version() %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set found = namespace(
        names=[
            'model.grid_assessment.fct_monthly_case_counts',
            'model.grid_assessment.fct_monthly_responsibility_counts',
        ],
        parents=['']
    ) -%}
    {%- for _ in range(graph.nodes | length) if found.parents -%}
        {%- set found.parents = [] -%}
        {%- for name in found.names -%}
            {%- for parent in graph.nodes[name].depends_on.nodes
                if parent.startswith('model.') and parent not in found.names + found.parents -%}
                {%- do found.parents.append(parent) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set found.names = found.names + found.parents -%}
    {%- endfor -%}
    {%- set code = [tojson(var('raw_contract'), sort_keys=true)] -%}
    {%- for name in found.names | sort -%}
        {%- do code.append(graph.nodes[name].raw_code) -%}
    {%- endfor -%}
    {%- for name, project_macro in context['grid_assessment'].items() | sort(attribute='0') -%}
        {%- do code.append(project_macro.macro.macro_sql) -%}
    {%- endfor -%}
    {{ return(local_md5(code | join('|'))) }}
{% endmacro %}
