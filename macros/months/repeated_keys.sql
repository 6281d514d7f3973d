{# The datasets whose models are built by month, as the contract says. #}
{% macro datasets_by_month() %}
    {{ return(var('raw_contract').items() | selectattr('1.is_big', 'defined') | map(attribute='0') | list) }}
{% endmacro %}

{# The key of a dataset as one text, NULL where a part of it is. #}
{% macro key_text(dataset, relation='') -%}
    {%- set columns = var('raw_contract')[dataset].columns -%}
    {%- set parts = [] -%}
    {%- for column in var('raw_contract')[dataset].key -%}
        {%- set part = (relation ~ '.' if relation else '') ~ column -%}
        {%- do parts.append(part if columns[column].type == 'varchar' else 'cast(' ~ part ~ ' as string)') -%}
    {%- endfor -%}
    {{ parts | join(" || '|' || ") }}
{%- endmacro %}

{# The column of a key by whose bounds landed files are told apart: its date, else its first. #}
{% macro bounded_column(dataset) %}
    {%- set contract = var('raw_contract')[dataset] -%}
    {{ return(contract.month_of if contract.month_of in contract.key else contract.key[0]) }}
{% endmacro %}

{# The hash of the files of each landed month of a dataset, as a query of int_landed_files. #}
{% macro month_file_hashes(landed_files) -%}
    select
        dataset,
        landed_month,
        md5({{ join_texts("concat(load_id, '=', file_hash)", 'load_id') }}) as files_hash
    from {{ landed_files }}
    group by
        dataset,
        landed_month
{%- endmacro %}

{# What int_repeated_keys makes a month from: its files and the version of the code, as a query. #}
{% macro read_fingerprints() -%}
    select
        dataset,
        landed_month,
        concat(files_hash, ' {{ code_version(datasets_by_month()) }}') as fingerprint
    from ({{ month_file_hashes(ref('int_landed_files')) }}) as months
{%- endmacro %}

{#
    The landed months of a dataset whose files are those that int_repeated_keys was
    made from as it stands; none when it is made anew.
#}
{% macro months_read_before(dataset) %}
    {%- if not is_incremental() -%}{{ return([]) }}{%- endif -%}
    {{ return(column_of(
        'select inputs.landed_month from (' ~ read_fingerprints() ~ ') as inputs'
        ~ ' inner join ' ~ inner_table('built_months') ~ ' as built'
        ~ " on built.model_name = concat('int_repeated_keys ', inputs.dataset)"
        ~ ' and inputs.landed_month = built.landed_month and inputs.fingerprint = built.fingerprint'
        ~ " where inputs.dataset = '" ~ dataset ~ "' order by 1"
    )) }}
{% endmacro %}

{#
    A condition: the landed month is one that has to be read. It names those and not
    the others: each name is compared with each file.
#}
{% macro is_month_to_read(dataset, unchanged_months) %}
    {%- if not unchanged_months -%}{{ return('true') }}{%- endif -%}
    {{ return(is_one_of_months('landed_month', column_of(
        'select distinct landed_month from ' ~ ref('int_landed_files') ~ " where dataset = '" ~ dataset
        ~ "' and not (" ~ is_one_of_months('landed_month', unchanged_months) ~ ') order by 1'
    ))) }}
{% endmacro %}

{# Before int_repeated_keys adds: without the months whose files changed or vanished. #}
{% macro drop_changed_keys() %}
    {%- if execute and is_incremental() -%}
        {%- for dataset in datasets_by_month() %}
        delete from {{ this }}
        where dataset = '{{ dataset }}' and not ({{ is_one_of_months('landed_month', months_read_before(dataset)) }});
        {%- endfor %}
    {%- endif -%}
{% endmacro %}

{# After it has added: without the keys of which one row is left, the others having stood in what changed or vanished. #}
{% macro drop_single_keys() %}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where (dataset, natural_key) in (
            select (dataset, natural_key)
            from {{ this }}
            group by dataset, natural_key
            having sum(row_count) = 1
        )
    {%- endif -%}
{% endmacro %}

{#
    Those of the unchanged months in which a key of a changed month can lie, by the
    bounds of the keys in the files; a file that does not tell them may hold any.
#}
{% macro months_within_bounds(dataset, unchanged_months) %}
    {%- if not unchanged_months -%}{{ return([]) }}{%- endif -%}
    {{ return(column_of(
        'with files as (select * from ' ~ ref('int_landed_files') ~ " where dataset = '" ~ dataset ~ "')"
        ~ ' select distinct files.landed_month from files inner join files as changed'
        ~ ' on (files.lowest_key <= changed.highest_key and files.highest_key >= changed.lowest_key) is not false'
        ~ ' where ' ~ is_one_of_months('files.landed_month', unchanged_months)
        ~ ' and not (' ~ is_one_of_months('changed.landed_month', unchanged_months) ~ ') order by 1'
    )) }}
{% endmacro %}

{# After int_repeated_keys is made, in the same transaction: the files of the months that it was made from. #}
{% macro record_read_months() %}
    {%- if execute -%}
        {%- for dataset in datasets_by_month() %}
        {{ forget_built_months('int_repeated_keys ' ~ dataset) }}
        {%- endfor %}
        insert into {{ inner_table('built_months') }}
        (landed_month, fingerprint, invocation_id, model_name)
        select
            months.landed_month, months.fingerprint, '{{ invocation_id }}',
            concat('int_repeated_keys ', months.dataset)
        from ({{ read_fingerprints() }}) as months
    {%- endif -%}
{% endmacro %}
