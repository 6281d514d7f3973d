{# The grain columns that a model declares in config.meta.grain. #}
{% macro model_grain(model_name) %}
    {%- set node = graph.nodes['model.grid_assessment.' ~ model_name] -%}
    {%- if not node.config.meta.grain -%}
        {{ exceptions.raise_compiler_error(
            model_name ~ ': config.meta.grain is missing; declare the grain columns'
        ) }}
    {%- endif -%}
    {{ return(node.config.meta.grain) }}
{% endmacro %}
