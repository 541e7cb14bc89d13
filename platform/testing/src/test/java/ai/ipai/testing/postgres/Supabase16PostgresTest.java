package ai.ipai.testing.postgres;

/** Supabase, on PostgreSQL 16. */
class Supabase16PostgresTest extends SupabaseContractTest {
  @Override
  TestServer start() {
    return OlderPrograms.start(16);
  }
}
