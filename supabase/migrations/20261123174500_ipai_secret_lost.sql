-- A secret whose value was lost along with its master key keeps its name and who may use it, to be entered again.

set role ipai_owner;

alter table ipai.secret add column lost_at timestamptz;
comment on column ipai.secret.lost_at is 'When its value was given up since the master key was lost; null again once it has a value';

reset role;
