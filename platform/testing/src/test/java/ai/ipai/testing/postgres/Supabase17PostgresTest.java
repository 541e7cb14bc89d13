package ai.ipai.testing.postgres;

/** Supabase, on PostgreSQL 17. */
class Supabase17PostgresTest extends SupabaseContractTest {
  @Override
  TestServer start() {
    return OlderPrograms.start(17);
  }
}
