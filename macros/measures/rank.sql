{#
    Competition rank (1224) by a value, the highest first, among the rows that
    are ranked and have the value; NULL for all others. Ties share a rank.
#}
{% macro rank_among_ranked(value, partition_by, is_ranked='is_ranked') -%}
    case
        when {{ is_ranked }} and {{ value }} is not null
            then cast(
                rank() over (
                    partition by
                        {{ partition_by | join(', ') }},
                        ({{ is_ranked }} and {{ value }} is not null)
                    order by {{ value }} desc
                ) as bigint
            )
    end
{%- endmacro %}
