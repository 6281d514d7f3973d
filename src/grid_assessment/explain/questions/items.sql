-- The items of evidence of an assessed indicator, in their order.
select
    item_code,
    case when points < 0 then '加分' else '扣分' end as effect,
    abs(points) as points,
    reason,
    evidence_reference
from score_loss_drivers_monthly
where
    assessment_month = $month
    and district_code = $district_code
    and indicator_code = $indicator_code
    and item_code <> 'no_evidence'
order by cast(item_code as bigint)
