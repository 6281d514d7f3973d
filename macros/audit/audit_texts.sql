{# What the sentences of the audit are made of: numbers as printed, units and names in Chinese. #}

{# A number with the digits that the bulletin prints, without a sign. #}
{% macro printed_number(value, decimal_places) -%}
    case {{ decimal_places }}
        when 0 then concat('', cast(abs({{ value }}) as decimal(18, 0)))
        when 1 then concat('', cast(abs({{ value }}) as decimal(18, 1)))
        else concat('', cast(abs({{ value }}) as decimal(18, 2)))
    end
{%- endmacro %}

{# The word that follows a printed number. #}
{% macro unit_word(printed_unit) -%}
    {{ word_of(printed_unit, {
        'percent': '%',
        'case': '件',
        'base_case': '件',
        'finding': '件',
        'kind': '类',
        'time': '次',
        'score': '分',
        'rank': '名',
        'm2': '平方米',
    }) }}
{%- endmacro %}

{# A number and its unit as printed; it reads decimal_places and printed_unit. #}
{% macro printed_text(value) -%}
    concat(
        case when printed_unit = 'rank' then '第' else '' end,
        case when {{ value }} < 0 then '-' else '' end,
        {{ printed_number(value, 'decimal_places') }},
        {{ unit_word('printed_unit') }}
    )
{%- endmacro %}

{# Name of a member that no reference file names; NULL for the others and for the whole. #}
{% macro fixed_member_name(member_code) -%}
    {{ word_of(member_code, {
        'key': '重点案件',
        'routine': '常规案件',
        'event': '事件类',
        'component': '部件类',
        'complaint_response': '接诉即办类',
        'municipal|all': '市级平台',
        'municipal|district': '市级平台派遣至各区',
        'municipal|municipal_department': '市级平台派遣至市级职能部门',
        'municipal|other': '市级平台其他去向',
        'district|all': '区级平台',
        'district|district': '区级平台派遣至各区',
        'district': '区级',
        'street': '街道',
        'community': '社区',
    }) }}
{%- endmacro %}

{# The word that stands for a code; NULL for a code without one. #}
{% macro word_of(code, words) -%}
    case {{ code }}
        {%- for key, word in words.items() %}
        when '{{ key }}' then '{{ word }}'
        {%- endfor %}
    end
{%- endmacro %}
