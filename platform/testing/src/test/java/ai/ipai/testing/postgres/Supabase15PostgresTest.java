package ai.ipai.testing.postgres;

/** Supabase, on the oldest PostgreSQL that we run on. */
class Supabase15PostgresTest extends SupabaseContractTest {
  @Override
  TestServer start() {
    return OlderPrograms.start(15);
  }
}
