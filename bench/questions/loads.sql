-- What became of the rows of every load.
select *
from marts.load_summary as loads
order by loads.dataset, loads.load_id desc
