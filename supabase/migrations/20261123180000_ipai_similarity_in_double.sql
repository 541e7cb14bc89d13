-- Databases that were migrated before 20261123130100 was changed keep functions whose products, taken in real, underflow
-- to zero. This makes them what that file says now; elsewhere it changes nothing. Grants and comments stay.

set role ipai_owner;

do $$
declare
  products text;
  left_squares text;
  right_squares text;
begin
  select string_agg(format('a[%s]::float8 * b[%s]', i, i), ' + '),
    string_agg(format('a[%s]::float8 * a[%s]', i, i), ' + '),
    string_agg(format('b[%s]::float8 * b[%s]', i, i), ' + ')
  into products, left_squares, right_squares
  from generate_series(1, 384) as i;

  execute format($f$
create or replace function ipai.inner_product(a real[], b real[]) returns double precision
language plpgsql immutable strict parallel safe
set search_path = ''
as $body$
declare
  size constant integer := cardinality(a);
  total double precision := 0;
begin
  if size <> cardinality(b) then
    raise exception 'vectors of %% and %% dimensions', size, cardinality(b) using errcode = '22000';
  end if;
  if size = 384 then
    return %s;
  end if;
  for i in 1 .. size loop
    total := total + a[i]::float8 * b[i];
  end loop;
  return total;
end
$body$ $f$, products);

  execute format($f$
create or replace function ipai.cosine_similarity(a real[], b real[]) returns double precision
language plpgsql immutable strict parallel safe
set search_path = ''
as $body$
declare
  size constant integer := cardinality(a);
  total double precision := 0;
  left_square double precision := 0;
  right_square double precision := 0;
begin
  if size <> cardinality(b) then
    raise exception 'vectors of %% and %% dimensions', size, cardinality(b) using errcode = '22000';
  end if;
  if size = 384 then
    total := %s;
    left_square := %s;
    right_square := %s;
  else
    for i in 1 .. size loop
      total := total + a[i]::float8 * b[i];
      left_square := left_square + a[i]::float8 * a[i];
      right_square := right_square + b[i]::float8 * b[i];
    end loop;
  end if;
  if left_square = 0 or right_square = 0 then
    return null;
  end if;
  return total / (sqrt(left_square) * sqrt(right_square));
end
$body$ $f$, products, left_squares, right_squares);
end
$$;

reset role;
