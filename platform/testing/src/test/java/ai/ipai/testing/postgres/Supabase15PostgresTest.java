package ai.ipai.testing.postgres;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Supabase, on the oldest PostgreSQL that we run on. */
class Supabase15PostgresTest extends SupabaseContractTest {
  private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");

  @Override
  TestServer start() {
    assumeTrue(
        Files.isDirectory(BIN),
        () -> "SKIPPED: PostgreSQL 15 is not installed at " + BIN + ", so it is not proven here");
    return TestServer.ofPrograms(BIN);
  }
}
