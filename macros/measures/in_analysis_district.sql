{#
    A condition: the row is of the district that an analysis looks at, named by
    code or by name in the variable `analysis_district`; by default every row is.
#}
{% macro in_analysis_district(district_code='district_code') -%}
    {%- set district = var('analysis_district', none) -%}
    {%- if district is none -%}
        true
    {%- else -%}
        {{ district_code }} in (
            select districts.district_code
            from {{ ref('dim_districts') }} as districts
            where {{ dbt.string_literal(dbt.escape_single_quotes(district | string)) }}
                in (districts.district_code, districts.district_name)
        )
    {%- endif -%}
{%- endmacro %}
