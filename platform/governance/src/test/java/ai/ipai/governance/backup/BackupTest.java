package ai.ipai.governance.backup;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.spi.error.IpaiException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-BACKUP-003")
final class BackupTest {
  @Test
  void aForeignDatabaseIsRefusedWithWhatToDoAtItsHost() {
    assertAdvice("db.abc.supabase.co", "point-in-time recovery");
    assertAdvice("db-1.b.db.ondigitalocean.com", "DigitalOcean");
    assertAdvice("db.example.org", "pg_basebackup");
  }

  private static void assertAdvice(String host, String advice) {
    IpaiException refused =
        Backup.notEmbedded(DatabaseUrl.of(host, 5432, "postgres", "postgres", "not-shown"));
    assertThat(refused.code()).isEqualTo(BackupErrors.NOT_EMBEDDED);
    assertThat(refused.hint()).contains(advice, "master key");
    assertThat(refused.hint() + refused.facts()).doesNotContain("not-shown");
  }
}
