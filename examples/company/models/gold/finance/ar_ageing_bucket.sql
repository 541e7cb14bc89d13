-- ar_open_item by age alone.
{{ ageing_by_bucket(ref('ar_open_item')) }}
