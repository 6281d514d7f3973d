{#
    A join of one more side of the same relation and instance to `parts`, whose
    columns <district>_district_code and <member>_member_code say where it stands.
#}
{% macro join_side(side_code, alias, district, member) -%}
left join sides as {{ alias }}
    on
        {{ same_bulletin('parts', alias) | indent(8) }}
        and parts.rule_code = {{ alias }}.rule_code
        and parts.relation_code = {{ alias }}.relation_code
        and {{ alias }}.side_code = '{{ side_code }}'
        and parts.{{ district }}_district_code = {{ alias }}.at_district_code
        and parts.{{ member }}_member_code = {{ alias }}.at_member_code
{%- endmacro %}
