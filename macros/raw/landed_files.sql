{#
    One row per landed file of a dataset: load_id, folder_month, landed_month,
    row_count, file_hash, which changes when the file does (its size, its time of
    change, and the sizes and bounds of its column chunks), and the bounds of a key
    column (bounded_column), NULL where the file does not tell them. A sample seed is one
    file whose rows are told apart by load and month.
#}
{% macro landed_files(dataset) -%}
    {%- if var('raw_source') == 'landing' -%}
        {{ landing_files(dataset) }}
    {%- else -%}
        with seed_rows as ({{ raw_rows(dataset) | indent(8) }}),

        whole_seed as (
            select md5(cast({{ unordered_hash('raw_row') }} as string)) as seed_hash
            from seed_rows
        )

        select
            seed_rows.load_id,
            seed_rows.folder_month,
            seed_rows.landed_month,
            cast(count(*) as bigint) as row_count,
            max(whole_seed.seed_hash) as file_hash,
            cast(null as string) as lowest_key,
            cast(null as string) as highest_key
        from seed_rows
        cross join whole_seed
        group by
            seed_rows.load_id,
            seed_rows.folder_month,
            seed_rows.landed_month
    {%- endif -%}
{%- endmacro %}

{# The landing files of a dataset, from the file system and their footers; no row is read. #}
{% macro landing_files(dataset) -%}
    {{ return(adapter.dispatch('landing_files', 'grid_assessment')(dataset)) }}
{%- endmacro %}

{% macro default__landing_files(dataset) -%}
    {%- set pattern = landing_pattern(dataset) -%}
    {%- set is_key = "where path_in_schema = '" ~ bounded_column(dataset) ~ "'" -%}
    {%- if not has_landing_files(dataset) -%}
    select
        cast(null as string) as load_id,
        cast(null as string) as folder_month,
        cast(null as string) as landed_month,
        cast(null as bigint) as row_count,
        cast(null as string) as file_hash,
        cast(null as string) as lowest_key,
        cast(null as string) as highest_key
    where false
    {%- else -%}
    select
        {{ file_stem('files.filename') }} as load_id,
        {{ folder_month('files.filename') }} as folder_month,
        {{ folder_month('files.filename') }} as landed_month,
        cast(coalesce(chunks.row_count, 0) as bigint) as row_count,
        md5(concat_ws(
            '|', files.size, epoch_us(files.last_modified), chunks.chunk_hash
        )) as file_hash,
        case when chunks.has_bounds then chunks.lowest_key end as lowest_key,
        case when chunks.has_bounds then chunks.highest_key end as highest_key
    from read_blob('{{ pattern }}') as files
    left join (
        select
            file_name,
            sum(row_group_num_rows) filter (where column_id = 0) as row_count,
            bit_xor(hash(
                row_group_id,
                path_in_schema,
                num_values,
                stats_min_value,
                stats_max_value,
                total_compressed_size
            )) as chunk_hash,
            bool_and(
                stats_min_value is not null and stats_max_value is not null
            ) filter ({{ is_key }}) as has_bounds,
            min(stats_min_value) filter ({{ is_key }}) as lowest_key,
            max(stats_max_value) filter ({{ is_key }}) as highest_key
        from parquet_metadata('{{ pattern }}')
        group by file_name
    ) as chunks
        on files.filename = chunks.file_name
    {%- endif -%}
{%- endmacro %}
