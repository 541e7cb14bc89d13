-- Which migrations are applied is no secret from the control plane: the doctor compares them with the release that runs.
-- The table belongs to whoever applies migrations, so there is no change of role here. The statements stay hidden.
grant usage on schema supabase_migrations to ipai_control;
grant select (version, name) on supabase_migrations.schema_migrations to ipai_control;
