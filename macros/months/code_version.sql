{#
    The version of the code that the models built by the months of some datasets are
    made by: of themselves, of all models that they are made from, of every macro and
    of the raw data contract.
#}
{% macro code_version(datasets) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set found = namespace(names=[], parents=['']) -%}
    {%- for name, node in graph.nodes.items()
        if node.resource_type == 'model' and node.config.meta.built_by_month in datasets -%}
        {%- set found.names = found.names + [name] -%}
    {%- endfor -%}
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
