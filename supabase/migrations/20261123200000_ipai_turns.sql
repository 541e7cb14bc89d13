-- Who takes turns in publishing waits for a row that callers cannot reach. Advisory locks are everybody's: a model's SQL could hold
-- the number that the publisher waits for, and nothing would be published any more.

set role ipai_owner;

create table ipai.turn (
  name text primary key
);
comment on table ipai.turn is 'What one transaction at a time does; its row is locked to the end of the transaction';
alter table ipai.turn enable row level security;
alter table ipai.turn force row level security;
revoke all on ipai.turn from public, anon, authenticated, service_role;
create policy turn_owner on ipai.turn for all to ipai_owner using (true) with check (true);

create function ipai.take_turn(wanted text) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into ipai.turn (name) values (wanted) on conflict do nothing;
  perform from ipai.turn t where t.name = wanted for update;
  if not found then
    raise exception 'somebody else took the turn first' using errcode = 'serialization_failure';
  end if;
end
$$;
comment on function ipai.take_turn(text) is 'Waits until no other transaction has this turn, and keeps it to the end of the own one';
revoke all on function ipai.take_turn(text) from public, anon, authenticated, service_role;
grant execute on function ipai.take_turn(text) to ipai_publisher, ipai_loader;

reset role;
